//! What a family puts around prompt and response, and both as tokens.

use tokenizers::Tokenizer;

use super::conversation::Conversation;

/// How prompt and response become one input.
pub enum Layout {
    /// An encoder's: each text tokenised by itself, special tokens around them.
    Pair {
        /// `[CLS]`.
        before: Vec<u32>,
        /// `[SEP]`; two of its like for RoBERTa.
        between: Vec<u32>,
        /// `[SEP]`.
        after: Vec<u32>,
    },
    /// A decoder's: written as one text, which is tokenised once.
    Conversation(Conversation),
}

/// Token ids and where each stands in its text, in bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tokens {
    /// One a token.
    pub ids: Vec<u32>,
    /// First byte, and the byte after the last. Empty where nobody asked for it.
    pub spans: Vec<(usize, usize)>,
}

/// A whole input, nothing cut.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pieces {
    /// What begins it.
    pub before: Vec<u32>,
    /// The prompt.
    pub prompt: Tokens,
    /// What parts the two.
    pub between: Vec<u32>,
    /// The response.
    pub response: Tokens,
    /// What ends it.
    pub after: Vec<u32>,
}

impl Layout {
    /// That of a pair, as the tokenizer's own post-processor makes it; `None` if that puts nothing between two texts.
    pub fn pair(tokenizer: &Tokenizer) -> Option<Self> {
        let encoding = tokenizer.encode(("a", "a"), true).ok()?;
        let (ids, of) = (encoding.get_ids(), encoding.get_sequence_ids());
        let first = |text| of.iter().position(|it| *it == Some(text));
        let last = |text| of.iter().rposition(|it| *it == Some(text));
        let (before, between) = (first(0)?, last(0)? + 1);
        let (second, after) = (first(1)?, last(1)? + 1);
        (between < second).then(|| Self::Pair {
            before: ids[..before].to_vec(),
            between: ids[between..second].to_vec(),
            after: ids[after..].to_vec(),
        })
    }

    /// The token that the tokenizer begins a text with, by its name; empty if there is none.
    pub fn beginning(tokenizer: &Tokenizer) -> String {
        let ids =
            |special| tokenizer.encode("a", special).map(|it| it.get_ids().to_vec()).unwrap_or_default();
        let (with, without) = (ids(true), ids(false));
        let added = with.first().filter(|first| without.first() != Some(*first));
        added.and_then(|id| tokenizer.id_to_token(*id)).unwrap_or_default()
    }

    /// Prompt and response, tokenised.
    ///
    /// # Errors
    /// If the tokenizer refuses the text.
    pub fn pieces(
        &self,
        tokenizer: &Tokenizer,
        prompt: &str,
        response: &str,
        with_spans: bool,
    ) -> Result<Pieces, tokenizers::Error> {
        match self {
            Layout::Pair { before, between, after } => {
                let tokens = |text: &str| -> Result<Tokens, tokenizers::Error> {
                    if !with_spans {
                        let ids = tokenizer.encode_fast(text, false)?.get_ids().to_vec();
                        return Ok(Tokens { ids, spans: vec![] });
                    }
                    // Offsets are bytes of the text as it came, whatever the tokenizer made of it first.
                    let encoding = tokenizer.encode(text, false)?;
                    Ok(Tokens { ids: encoding.get_ids().to_vec(), spans: encoding.get_offsets().to_vec() })
                };
                Ok(Pieces {
                    before: before.clone(),
                    prompt: tokens(prompt)?,
                    between: between.clone(),
                    response: tokens(response)?,
                    after: after.clone(),
                })
            }
            Layout::Conversation(conversation) => conversed(tokenizer, conversation, prompt, response),
        }
    }
}

/// A token belongs to the text of which it has any byte; the response comes before the prompt, and both before what stands
/// around them.
fn conversed(
    tokenizer: &Tokenizer,
    conversation: &Conversation,
    prompt: &str,
    response: &str,
) -> Result<Pieces, tokenizers::Error> {
    let written = conversation.write(prompt, response);
    let encoding = tokenizer.encode(written.text.as_str(), false)?;
    let (ids, offsets) = (encoding.get_ids(), encoding.get_offsets());
    let range = |(start, end): (usize, usize), from: usize| {
        let first = offsets[from..].iter().position(|&(_, to)| to > start).map_or(ids.len(), |at| from + at);
        let count = offsets[first..].iter().take_while(|&&(begin, _)| begin < end).count();
        // A token over the border of an empty text has no byte of it.
        if start == end { (first, first) } else { (first, first + count) }
    };
    let response_range = range(written.response, 0);
    let (start, end) = range(written.prompt, 0);
    let prompt_range = (start.min(response_range.0), end.min(response_range.0));
    let tokens = |(from, to): (usize, usize), (start, end): (usize, usize), cut: usize| Tokens {
        ids: ids[from..to].to_vec(),
        spans: offsets[from..to]
            .iter()
            .map(|&(begin, stop)| {
                (begin.clamp(start, end) - start + cut, stop.clamp(start, end) - start + cut)
            })
            .collect(),
    };
    Ok(Pieces {
        before: ids[..prompt_range.0].to_vec(),
        prompt: tokens(prompt_range, written.prompt, written.cut[0]),
        between: ids[prompt_range.1..response_range.0].to_vec(),
        response: tokens(response_range, written.response, written.cut[1]),
        after: ids[response_range.1..].to_vec(),
    })
}
