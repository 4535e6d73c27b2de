//! Prompt and response → token ids, cut to the recipe's longest input. Training, scoring and export all come
//! through here; `public/reward_studio.py` does the same in Python.
//!
//! Must not know tensors: what leaves is a [`TokenRow`].

use serde_json::Value;
use tokenizers::Tokenizer;

use super::conversation::Conversation;
use super::layout::{Layout, Pieces};
use crate::protocol::Fault;
use crate::protocol::crew::TokenRow;
use crate::protocol::error::FaultKind;
use crate::protocol::scoring::{ReadPart, ReadToken, Strip};

/// Counts up whenever the same texts come to other tokens: no vector of an older reading is then believed.
pub const READING: u8 = 3;

/// However long the response, this many of the prompt's last tokens stay (fewer where the input is short).
const PROMPT_FLOOR: usize = 64;

/// One prompt and response as the backbone reads them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoded {
    /// Prompt and response with what the family puts around them, `[CLS] prompt [SEP] response [SEP]` for a BERT.
    pub row: TokenRow,
    /// Tokens of the whole response, before any cut: what the length feature counts.
    pub response_tokens: u32,
    /// Tokens of prompt and response that did not fit.
    pub cut_tokens: u32,
}

/// Where a token stands: bytes of the prompt, or of the response. A special token, or what a chat template writes between two
/// turns, is at a place and has no bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Of the prompt, rather than of the response.
    pub in_prompt: bool,
    /// Its first byte.
    pub start: usize,
    /// The byte after its last.
    pub end: usize,
}

/// A backbone's tokenizer.
pub struct Encoder {
    tokenizer: Tokenizer,
    layout: Layout,
    settings: Value,
    /// More tokens than this the network has no places for.
    longest: u16,
}

impl Encoder {
    /// Read the `tokenizer.json` of an encoder, which joins prompt and response by the special tokens of a pair.
    ///
    /// # Errors
    /// `FaultKind::Backbone` if it is not one, or puts nothing between the texts of a pair.
    pub fn of_pairs(bytes: &[u8]) -> Result<Self, Fault> {
        let tokenizer = read(bytes)?;
        let layout = Layout::pair(&tokenizer)
            .ok_or_else(|| unusable("puts no special token between the two texts of a pair"))?;
        Ok(Self { tokenizer, layout, settings: Value::Null, longest: u16::MAX })
    }

    /// Read the `tokenizer.json` of a decoder, which reads a conversation, and the files with its chat template.
    ///
    /// # Errors
    /// `FaultKind::Backbone` if it is not one, or its template cannot be used.
    pub fn of_conversations(
        bytes: &[u8],
        tokenizer_config: Option<&[u8]>,
        template: Option<&str>,
    ) -> Result<Self, Fault> {
        let tokenizer = read(bytes)?;
        let bos = Layout::beginning(&tokenizer);
        let conversation = Conversation::read(tokenizer_config, template, &bos).map_err(|why| {
            Fault::new(
                FaultKind::Backbone,
                format!("The backbone's chat template cannot be used: {why}."),
                "Take a model with another template, or leave tokenizer_config.json and chat_template.jinja out.",
            )
        })?;
        // What the template was read from is JSON.
        let settings = tokenizer_config.and_then(|bytes| serde_json::from_slice(bytes).ok());
        Ok(Self {
            tokenizer,
            layout: Layout::Conversation(Box::new(conversation)),
            settings: settings.unwrap_or_default(),
            longest: u16::MAX,
        })
    }

    /// The same for a network that has places for this many tokens: whatever is asked for, no input is longer.
    pub fn within(self, longest: usize) -> Self {
        Self { longest: u16::try_from(longest).unwrap_or(u16::MAX), ..self }
    }

    /// How many tokens the family puts around prompt and response; of a conversation, about as many.
    pub fn around(&self) -> usize {
        let pieces = self.layout.pieces(&self.tokenizer, "a", "a", false).unwrap_or_default();
        pieces.before.len() + pieces.between.len() + pieces.after.len()
    }

    /// The tokenizer as a `tokenizer.json` that neither cuts nor pads by itself.
    ///
    /// # Errors
    /// `FaultKind::Internal` if it cannot be written, which what was read can always be.
    pub fn to_json(&self) -> Result<String, Fault> {
        self.tokenizer.to_string(false).map_err(|error| {
            let what = format!("The tokenizer could not be written ({error}).");
            Fault::new(FaultKind::Internal, what, "Please report this.")
        })
    }

    /// The id of a token by its own name, if there is one.
    pub fn id(&self, token: &str) -> Option<u32> {
        self.tokenizer.token_to_id(token)
    }

    /// The token of this id, if there is one.
    pub fn token(&self, id: u32) -> Option<String> {
        self.tokenizer.id_to_token(id)
    }

    /// What the family puts around prompt and response.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// A decoder's `tokenizer_config.json` as it came; null where there is none, or nobody had a use for it.
    pub fn settings(&self) -> &Value {
        &self.settings
    }

    /// No input of at most `max_tokens` tokens is longer than this.
    pub fn longest(&self, max_tokens: u16) -> u16 {
        max_tokens.min(self.longest)
    }

    /// Token ids of a text by itself, no special tokens added, nothing cut.
    ///
    /// # Errors
    /// `FaultKind::Internal` if the tokenizer refuses the text.
    pub fn ids(&self, text: &str) -> Result<Vec<u32>, Fault> {
        let encoding = self.tokenizer.encode_fast(text, false).map_err(unreadable)?;
        Ok(encoding.get_ids().to_vec())
    }

    /// Prompt and response as one input of at most `max_tokens` tokens. The response keeps its first tokens;
    /// the prompt is cut from the left and keeps its last 64 (a third of a shorter input) in any case. Several turns under a
    /// chat template are cut as one stretch, with what the template writes between them.
    ///
    /// # Errors
    /// As [`Encoder::ids`].
    pub fn encode(&self, prompt: &str, response: &str, max_tokens: u16) -> Result<Encoded, Fault> {
        let pieces = self.layout.pieces(&self.tokenizer, prompt, response, false).map_err(unreadable)?;
        Ok(join(&pieces, self.longest(max_tokens)).0)
    }

    /// How a prompt with a response is read, token by token; `pooled` writes how much each counts.
    ///
    /// # Errors
    /// As [`Encoder::ids`].
    pub fn strip(
        &self,
        (prompt, response): (&str, &str),
        max_tokens: u16,
        pooled: impl Fn(&TokenRow, &mut [f32]),
    ) -> Result<Strip, Fault> {
        let pieces = self.layout.pieces(&self.tokenizer, prompt, response, true).map_err(unreadable)?;
        let (Encoded { row, .. }, (kept_prompt, kept_response)) = join(&pieces, self.longest(max_tokens));
        let cut = pieces.prompt.ids.len() - kept_prompt;
        let mut of_prompt = vec![ReadPart::Prompt; kept_prompt];
        for at in pieces.prompt.beside.iter().filter_map(|at| at.checked_sub(cut)) {
            of_prompt[at] = ReadPart::Around;
        }
        let of = [
            vec![ReadPart::Around; pieces.before.len()],
            of_prompt,
            vec![ReadPart::Around; pieces.between.len()],
            vec![ReadPart::Response; kept_response],
            vec![ReadPart::Around; pieces.after.len()],
        ];
        let mut shares = vec![0f32; row.ids.len()];
        pooled(&row, &mut shares);
        let tokens = row.ids.iter().zip(of.concat()).zip(shares).map(|((&id, part), share)| ReadToken {
            text: self.token(id).unwrap_or_default(),
            part,
            pooled: share > 0.0,
        });
        Ok(Strip {
            tokens: tokens.collect(),
            cut_of_prompt: cut as u32,
            cut_of_response: (pieces.response.ids.len() - kept_response) as u32,
        })
    }

    /// As [`Encoder::encode`], and for every token of the row where it stands.
    ///
    /// # Errors
    /// As [`Encoder::ids`].
    pub fn encode_with_spans(
        &self,
        prompt: &str,
        response: &str,
        max_tokens: u16,
    ) -> Result<(Encoded, Vec<Span>), Fault> {
        let pieces = self.layout.pieces(&self.tokenizer, prompt, response, true).map_err(unreadable)?;
        let (encoded, (kept_prompt, kept_response)) = join(&pieces, self.longest(max_tokens));
        let within = |in_prompt: bool| move |&(start, end): &(usize, usize)| Span { in_prompt, start, end };
        let of_prompt: Vec<Span> =
            pieces.prompt.spans[pieces.prompt.ids.len() - kept_prompt..].iter().map(within(true)).collect();
        let of_response: Vec<Span> =
            pieces.response.spans[..kept_response].iter().map(within(false)).collect();
        let bare = |in_prompt, at, count: usize| vec![Span { in_prompt, start: at, end: at }; count];
        let first = bare(true, of_prompt.first().map_or(0, |span| span.start), pieces.before.len());
        let between = bare(true, of_prompt.last().map_or(0, |span| span.end), pieces.between.len());
        let last = bare(false, of_response.last().map_or(0, |span| span.end), pieces.after.len());
        Ok((encoded, [first, of_prompt, between, of_response, last].concat()))
    }
}

/// The row, and how many tokens of prompt and response are in it.
fn join(pieces: &Pieces, max_tokens: u16) -> (Encoded, (usize, usize)) {
    let Pieces { before, prompt, between, response, after } = pieces;
    let (prompt, response) = (&prompt.ids, &response.ids);
    let around = before.len() + between.len() + after.len();
    let room = usize::from(max_tokens).saturating_sub(around);
    let (kept_prompt, kept_response) = fit(prompt.len(), response.len(), room);
    let ids =
        [before, &prompt[prompt.len() - kept_prompt..], between, &response[..kept_response], after].concat();
    let response_start = before.len() + kept_prompt + between.len();
    let encoded = Encoded {
        row: TokenRow {
            ids,
            response_start: response_start as u32,
            response_end: (response_start + kept_response) as u32,
        },
        response_tokens: response.len() as u32,
        cut_tokens: (prompt.len() + response.len() - kept_prompt - kept_response) as u32,
    };
    (encoded, (kept_prompt, kept_response))
}

/// How many of the prompt's tokens stay in any case, of an input with room for `room` of prompt and response.
pub fn floor(room: usize) -> usize {
    PROMPT_FLOOR.min(room / 3)
}

/// How many tokens of prompt and response stay of an input with room for `room` of both.
fn fit(prompt: usize, response: usize, room: usize) -> (usize, usize) {
    if prompt + response <= room {
        return (prompt, response);
    }
    let floor = floor(room);
    let kept_prompt = prompt.min(floor.max(room.saturating_sub(response)));
    (kept_prompt, response.min(room - kept_prompt))
}

fn read(bytes: &[u8]) -> Result<Tokenizer, Fault> {
    let mut tokenizer =
        Tokenizer::from_bytes(bytes).map_err(|error| unusable(&format!("cannot be read ({error})")))?;
    // The file carries its makers' settings for cutting and padding; ours are the recipe's.
    tokenizer.with_padding(None);
    tokenizer
        .with_truncation(None)
        .map_err(|error| unusable(&format!("cannot be used without truncation ({error})")))?;
    Ok(tokenizer)
}

fn unreadable(error: tokenizers::Error) -> Fault {
    Fault::new(
        FaultKind::Internal,
        format!("The tokenizer could not read a text ({error})."),
        "Change the text, or report this.",
    )
}

fn unusable(what: &str) -> Fault {
    Fault::new(
        FaultKind::Backbone,
        format!("The backbone's tokenizer.json {what}."),
        "Use the tokenizer.json that came with this backbone.",
    )
}

#[cfg(test)]
mod tests {
    use super::fit;

    #[test]
    fn what_fits_is_not_cut() {
        assert_eq!(fit(10, 20, 253), (10, 20));
        assert_eq!(fit(0, 0, 253), (0, 0));
    }

    #[test]
    fn the_prompt_gives_way_first_but_keeps_its_floor() {
        assert_eq!(fit(300, 100, 253), (153, 100));
        assert_eq!(fit(300, 250, 253), (64, 189));
        assert_eq!(fit(300, 300, 61), (20, 41));
        assert_eq!(fit(10, 300, 253), (10, 243));
    }
}
