//! A text as the model reads it: its tokens in order, those underlined whose hidden states become the vector.

use leptos::prelude::*;

use crate::protocol::scoring::{ReadPart, ReadToken, Strip};
use crate::ui::figures::many;

/// The tokens, and in words how many there are and what is cut.
pub fn token_strip(testid: String, label: String, strip: &Strip) -> AnyView {
    let token = |ReadToken { text, part, pooled }: &ReadToken| {
        let part = match part {
            ReadPart::Around => "around",
            ReadPart::Prompt => "of-prompt",
            ReadPart::Response => "of-response",
        };
        view! { <span class=part class:pooled=*pooled>{text.clone()}</span> }
    };
    view! {
        <p class="token-strip" dir="auto" tabindex="0" role="group" aria-label=label data-testid=testid>
            {strip.tokens.iter().map(token).collect_view()}
        </p>
        <p class="quiet">{words(strip)}</p>
    }
    .into_any()
}

fn words(Strip { tokens, cut_of_prompt, cut_of_response }: &Strip) -> String {
    let pooled = tokens.iter().filter(|token| token.pooled).count();
    let cut = |count: &u32, what: &str| {
        (*count > 0).then(|| format!(" Cut: {} of the {what}.", many(*count as usize, "token")))
    };
    let cuts =
        [cut(cut_of_prompt, "prompt\u{2019}s beginning"), cut(cut_of_response, "response\u{2019}s end")];
    let cuts: String = cuts.into_iter().flatten().collect();
    format!(
        "{}, of which {pooled} {} pooled.{cuts}",
        many(tokens.len(), "token"),
        if pooled == 1 { "is" } else { "are" }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_pooled_and_what_is_cut_is_said() {
        let token = |pooled| ReadToken { text: "a".into(), part: ReadPart::Response, pooled };
        let strip = |tokens, cut_of_prompt, cut_of_response| Strip { tokens, cut_of_prompt, cut_of_response };
        assert_eq!(words(&strip(vec![token(true)], 0, 0)), "1 token, of which 1 is pooled.");
        assert_eq!(
            words(&strip(vec![token(true), token(true), token(false)], 1, 2)),
            "3 tokens, of which 2 are pooled. Cut: 1 token of the prompt\u{2019}s beginning. Cut: 2 tokens of the \
             response\u{2019}s end."
        );
    }
}
