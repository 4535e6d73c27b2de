//! `[CLS] prompt [SEP] response [SEP]`, by the checkpoint's own `tokenizer.json`.
//!
//! What does not fit is cut so that the response keeps its beginning and the prompt its end: the response is
//! what is judged, and the end of a prompt is what it answers.

use tokenizers::Tokenizer;

use crate::protocol::crew::TokenRow;

/// However long the response, this many of the prompt's tokens are kept (all, if it has fewer).
const PROMPT_KEEPS: usize = 64;

/// `[CLS]`, and `[SEP]` twice.
const SPECIAL: usize = 3;

/// A tokenizer with the special tokens of its family.
pub struct Encoder {
    tokenizer: Tokenizer,
    cls: u32,
    sep: u32,
}

/// One encoded prompt and response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoded {
    /// What the backbone reads.
    pub row: TokenRow,
    /// Tokens of the response before any cut.
    pub response_tokens: u32,
    /// Tokens of prompt and response that were cut.
    pub cut_tokens: u32,
}

impl Encoder {
    /// Read a `tokenizer.json`.
    ///
    /// # Errors
    /// A sentence, if it cannot be read or has no `[CLS]` and `[SEP]`.
    pub fn parse(json: &[u8]) -> Result<Self, String> {
        let mut tokenizer =
            Tokenizer::from_bytes(json).map_err(|error| format!("tokenizer.json cannot be read: {error}."))?;
        // Sentence encoders ship with truncation and padding switched on; ours are our own.
        tokenizer
            .with_truncation(None)
            .map_err(|error| format!("tokenizer.json's truncation cannot be switched off: {error}."))?
            .with_padding(None);
        let special = |token: &str| {
            tokenizer.token_to_id(token).ok_or_else(|| format!("tokenizer.json has no {token} token."))
        };
        let (cls, sep) = (special("[CLS]")?, special("[SEP]")?);
        Ok(Self { tokenizer, cls, sep })
    }

    /// Token ids of `text` alone, without special tokens.
    ///
    /// # Errors
    /// The tokenizer's own, as a sentence.
    pub fn tokens(&self, text: &str) -> Result<Vec<u32>, String> {
        self.tokenizer
            .encode_fast(text, false)
            .map(|encoding| encoding.get_ids().to_vec())
            .map_err(|error| format!("The text cannot be tokenised: {error}."))
    }

    /// Encode a prompt and a response into at most `max_tokens`, special ones included.
    ///
    /// # Errors
    /// The tokenizer's own, as a sentence.
    pub fn encode(&self, prompt: &str, response: &str, max_tokens: usize) -> Result<Encoded, String> {
        let (prompt, response) = (self.tokens(prompt)?, self.tokens(response)?);
        let room = max_tokens.saturating_sub(SPECIAL);
        let prompt_keeps = PROMPT_KEEPS.min(prompt.len()).min(room);
        let response_kept = response.len().min(room - prompt_keeps);
        let prompt_kept = prompt.len().min(room - response_kept);

        let mut ids = Vec::with_capacity(prompt_kept + response_kept + SPECIAL);
        ids.push(self.cls);
        ids.extend_from_slice(&prompt[prompt.len() - prompt_kept..]);
        ids.push(self.sep);
        let response_start = ids.len() as u32;
        ids.extend_from_slice(&response[..response_kept]);
        let response_end = ids.len() as u32;
        ids.push(self.sep);
        Ok(Encoded {
            row: TokenRow { ids, response_start, response_end },
            response_tokens: response.len() as u32,
            cut_tokens: (prompt.len() - prompt_kept + response.len() - response_kept) as u32,
        })
    }
}
