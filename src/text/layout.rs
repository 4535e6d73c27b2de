//! What a family puts around prompt and response, and both as tokens.

use tokenizers::Tokenizer;

use super::conversation::Conversation;
use super::form::{Part, Stretch, Written};

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
    Conversation(Box<Conversation>),
}

/// Token ids and where each stands in its text, in bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tokens {
    /// One a token.
    pub ids: Vec<u32>,
    /// First byte, and the byte after the last. Empty where nobody asked for it.
    pub spans: Vec<(usize, usize)>,
    /// The places of those that stand on none of its bytes: what a template writes between turns.
    pub beside: Vec<usize>,
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

    /// Of conversations, what its chat template cannot write as messages: that is read as one text.
    pub fn refused(&self) -> Option<&'static str> {
        match self {
            Layout::Pair { .. } => None,
            Layout::Conversation(conversation) => conversation.refused(),
        }
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
                        return Ok(Tokens { ids, ..Tokens::default() });
                    }
                    // Offsets are bytes of the text as it came, whatever the tokenizer made of it first.
                    let encoding = tokenizer.encode(text, false)?;
                    Ok(Tokens {
                        ids: encoding.get_ids().to_vec(),
                        spans: encoding.get_offsets().to_vec(),
                        beside: vec![],
                    })
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
/// around them. A prompt of several turns is one stretch, from the first turn to the last: what is written between them is in
/// it, and has no bytes of the prompt.
fn conversed(
    tokenizer: &Tokenizer,
    conversation: &Conversation,
    prompt: &str,
    response: &str,
) -> Result<Pieces, tokenizers::Error> {
    let Written { text, prompt, response } = conversation.write(prompt, response);
    let encoding = tokenizer.encode(text.as_str(), false)?;
    let (ids, offsets) = (encoding.get_ids(), encoding.get_offsets());
    let range = |&Part { at: std::ops::Range { start, end }, .. }: &Part| {
        let first = offsets.iter().position(|&(_, to)| to > start).unwrap_or(ids.len());
        let count = offsets[first..].iter().take_while(|&&(begin, _)| begin < end).count();
        // A token over the border of an empty text has no byte of it.
        if start == end { (first, first) } else { (first, first + count) }
    };
    let (asked, answer) = (range(&prompt), range(&response));
    let asked = (asked.0.min(answer.0), asked.1.min(answer.0));
    let tokens = |(from, to): (usize, usize), stretches: &[Stretch]| {
        let places: Vec<_> = offsets[from..to].iter().map(|&offsets| place(offsets, stretches)).collect();
        let beside =
            places.iter().enumerate().filter(|(_, place)| place.is_err()).map(|(at, _)| at).collect();
        let spans = places.into_iter().map(|place| place.unwrap_or_else(|end| (end, end))).collect();
        Tokens { ids: ids[from..to].to_vec(), spans, beside }
    };
    Ok(Pieces {
        before: ids[..asked.0].to_vec(),
        prompt: tokens(asked, &prompt.stretches),
        between: ids[asked.1..answer.0].to_vec(),
        response: tokens(answer, &response.stretches),
        after: ids[answer.1..].to_vec(),
    })
}

/// Where a token stands in the text of which these stretches were written: its bytes in the first of them that it has any
/// byte of.
///
/// # Errors
/// If it stands in none, the end of the one before it, where there is one.
fn place((begin, stop): (usize, usize), stretches: &[Stretch]) -> Result<(usize, usize), usize> {
    let next = stretches.partition_point(|stretch| stretch.at.end <= begin);
    let within = |Stretch { at, from }: &Stretch, byte: usize| byte.clamp(at.start, at.end) - at.start + from;
    match stretches.get(next).filter(|stretch| stretch.at.start < stop) {
        Some(stretch) => Ok((within(stretch, begin), within(stretch, stop))),
        None => {
            let before = stretches[..next.max(1).min(stretches.len())].last();
            Err(before.map_or(0, |before| within(before, before.at.end)))
        }
    }
}
