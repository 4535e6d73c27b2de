//! Prompt and response → token ids, cut to the recipe's longest input. Training, scoring and export all come
//! through here; `public/reward_studio.py` does the same in Python.
//!
//! Must not know tensors: what leaves is a [`TokenRow`].

use tokenizers::Tokenizer;

use crate::protocol::Fault;
use crate::protocol::crew::TokenRow;
use crate::protocol::error::FaultKind;

/// `[CLS]`, `[SEP]`, `[SEP]`.
const SPECIAL_TOKENS: usize = 3;

/// However long the response, this many of the prompt's last tokens stay (fewer where the input is short).
const PROMPT_FLOOR: usize = 64;

/// One prompt and response as the backbone reads them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoded {
    /// `[CLS] prompt [SEP] response [SEP]`.
    pub row: TokenRow,
    /// Tokens of the whole response, before any cut: what the length feature counts.
    pub response_tokens: u32,
    /// Tokens of prompt and response that did not fit.
    pub cut_tokens: u32,
}

/// Where a token stands: bytes of the prompt, or of the response. A special token is at a place and has no bytes.
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
    cls: u32,
    sep: u32,
}

impl Encoder {
    /// Read a `tokenizer.json`.
    ///
    /// # Errors
    /// `FaultKind::Backbone` if it is not one, or has no `[CLS]` and `[SEP]`.
    pub fn from_json(bytes: &[u8]) -> Result<Self, Fault> {
        let mut tokenizer =
            Tokenizer::from_bytes(bytes).map_err(|error| unusable(&format!("cannot be read ({error})")))?;
        // The file carries its makers' settings for cutting and padding; ours are the recipe's.
        tokenizer.with_padding(None);
        tokenizer
            .with_truncation(None)
            .map_err(|error| unusable(&format!("cannot be used without truncation ({error})")))?;
        let special = |token: &str| {
            tokenizer.token_to_id(token).ok_or_else(|| unusable(&format!("has no {token} token")))
        };
        Ok(Self { cls: special("[CLS]")?, sep: special("[SEP]")?, tokenizer })
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

    /// Token ids of a text by itself, no special tokens added, nothing cut.
    ///
    /// # Errors
    /// `FaultKind::Internal` if the tokenizer refuses the text.
    pub fn ids(&self, text: &str) -> Result<Vec<u32>, Fault> {
        let encoding = self.tokenizer.encode_fast(text, false).map_err(unreadable)?;
        Ok(encoding.get_ids().to_vec())
    }

    /// Prompt and response as one input of at most `max_tokens` tokens. The response keeps its first tokens;
    /// the prompt is cut from the left and keeps its last 64 (a third of a shorter input) in any case.
    ///
    /// # Errors
    /// As [`Encoder::ids`].
    pub fn encode(&self, prompt: &str, response: &str, max_tokens: u16) -> Result<Encoded, Fault> {
        Ok(self.join(&self.ids(prompt)?, &self.ids(response)?, max_tokens))
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
        let (prompt_ids, prompt_spans) = self.ids_with_spans(prompt, true)?;
        let (ids, spans) = self.ids_with_spans(response, false)?;
        let encoded = self.join(&prompt_ids, &ids, max_tokens);
        let (start, end) = (encoded.row.response_start as usize, encoded.row.response_end as usize);
        // `[CLS]` and `[SEP]` stand before the response, too.
        let kept_prompt = &prompt_spans[prompt_spans.len() + 2 - start..];
        let kept_response = &spans[..end - start];
        let bare = |in_prompt, at| Span { in_prompt, start: at, end: at };
        let first = bare(true, kept_prompt.first().map_or(0, |span| span.start));
        let between = bare(true, kept_prompt.last().map_or(0, |span| span.end));
        let last = bare(false, kept_response.last().map_or(0, |span| span.end));
        Ok((encoded, [&[first], kept_prompt, &[between], kept_response, &[last]].concat()))
    }

    fn ids_with_spans(&self, text: &str, in_prompt: bool) -> Result<(Vec<u32>, Vec<Span>), Fault> {
        // Offsets are bytes of the text as it came, whatever the tokenizer made of it first.
        let encoding = self.tokenizer.encode(text, false).map_err(unreadable)?;
        let span = |&(start, end): &(usize, usize)| Span { in_prompt, start, end };
        Ok((encoding.get_ids().to_vec(), encoding.get_offsets().iter().map(span).collect()))
    }

    fn join(&self, prompt: &[u32], response: &[u32], max_tokens: u16) -> Encoded {
        let (kept_prompt, kept_response) = fit(prompt.len(), response.len(), usize::from(max_tokens));
        let mut ids = Vec::with_capacity(kept_prompt + kept_response + SPECIAL_TOKENS);
        ids.push(self.cls);
        ids.extend_from_slice(&prompt[prompt.len() - kept_prompt..]);
        ids.push(self.sep);
        let response_start = ids.len() as u32;
        ids.extend_from_slice(&response[..kept_response]);
        let response_end = ids.len() as u32;
        ids.push(self.sep);
        Encoded {
            row: TokenRow { ids, response_start, response_end },
            response_tokens: response.len() as u32,
            cut_tokens: (prompt.len() + response.len() - kept_prompt - kept_response) as u32,
        }
    }
}

/// How many of the prompt's tokens stay in any case, and how many tokens of prompt and response there is room for.
pub fn room(max_tokens: usize) -> (usize, usize) {
    let room = max_tokens.saturating_sub(SPECIAL_TOKENS);
    (PROMPT_FLOOR.min(room / 3), room)
}

/// How many tokens of prompt and response stay.
fn fit(prompt: usize, response: usize, max_tokens: usize) -> (usize, usize) {
    let (floor, room) = room(max_tokens);
    if prompt + response <= room {
        return (prompt, response);
    }
    let kept_prompt = prompt.min(floor.max(room.saturating_sub(response)));
    (kept_prompt, response.min(room - kept_prompt))
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
        assert_eq!(fit(10, 20, 256), (10, 20));
        assert_eq!(fit(0, 0, 256), (0, 0));
    }

    #[test]
    fn the_prompt_gives_way_first_but_keeps_its_floor() {
        assert_eq!(fit(300, 100, 256), (153, 100));
        assert_eq!(fit(300, 250, 256), (64, 189));
        assert_eq!(fit(300, 300, 64), (20, 41));
        assert_eq!(fit(10, 300, 256), (10, 243));
    }
}
