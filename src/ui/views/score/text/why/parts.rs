//! What tokens and sentences add to a score.

use leptos::prelude::*;

use crate::domain::metrics::Interval;
use crate::protocol::scoring::Piece;
use crate::ui::figures::{exact, many, signed};
use crate::ui::state::Tokens;
use crate::ui::widgets::{Part, Whisker, WhiskerLine, heat};

/// What is added by tokens that have no text is named from this size on.
const WORTH_NAMING: f32 = 5e-4;

/// The heat strips, their legend, and what they add up to.
pub fn by_token(
    prompt: &str,
    response: &str,
    tokens: &Tokens,
    largest: f32,
    suffix: &'static str,
) -> AnyView {
    let of = |in_prompt: bool| {
        let those = tokens.pieces.iter().filter(move |piece| piece.in_prompt == in_prompt);
        those.map(|piece| Part { start: piece.start, end: piece.end, adds: piece.part })
    };
    let prompt_counts = of(true).any(|part| part.start < part.end);
    let any = largest > 0.0;
    let id = if suffix.is_empty() { "why-tokens" } else { "why-tokens-b" };
    view! {
        {prompt_counts
            .then(|| {
                view! {
                    <p class="label">"Prompt"</p>
                    {heat("why-prompt", "What each piece of the prompt adds", prompt, of(true), largest)}
                    <p class="label">"Response"</p>
                }
            })}
        {heat(id, "What each piece of the response adds", response, of(false), largest)}
        {any.then(|| legend(largest))}
        {sum(tokens, suffix)}
    }
    .into_any()
}

fn legend(largest: f32) -> AnyView {
    view! {
        <p class="heat-legend quiet">
            <span class="against">{exact(-largest)}</span>
            <span class="heat-scale" aria-hidden="true"></span>
            <span class="for">{exact(largest)}</span>
            <span>"dotted lowers the score, underlined raises it"</span>
        </p>
    }
    .into_any()
}

/// The identity, with the numbers that it holds for here.
fn sum(tokens: &Tokens, suffix: &'static str) -> AnyView {
    let (all, length) = (tokens.sum(), tokens.length_part);
    let total = all + length;
    let sign = if length < 0.0 { '\u{2212}' } else { '+' };
    let hidden: f32 = tokens.pieces.iter().filter(|it| it.start >= it.end).map(|it| it.part).sum();
    let marks = (hidden.abs() > WORTH_NAMING).then(|| {
        format!(
            " Of that, {} is on the marks that begin and end texts and turns, which have no words.",
            exact(hidden)
        )
    });
    view! {
        <p data-testid=format!("why-sum{suffix}") data-value=total.to_string()>
            {format!("{} + length = score: ", many(tokens.pieces.len(), "token"))}
            <b>{format!("{} {sign} {:.3} = {}", exact(all), length.abs(), exact(total))}</b>
            {marks}
        </p>
    }
    .into_any()
}

/// Each sentence with what it does.
pub fn by_sentence(text: &str, pieces: &[Piece], suffix: &'static str) -> AnyView {
    if pieces.is_empty() {
        return view! { <p class="quiet">"One sentence alone cannot be left out."</p> }.into_any();
    }
    let end = pieces.iter().map(|piece| f64::from(piece.part.abs())).fold(1e-6, f64::max);
    let line = |piece: &Piece| {
        let part = f64::from(piece.part);
        let bar = Interval { low: part.min(0.0), high: part.max(0.0) };
        view! {
            <li class=if part < 0.0 { "against" } else { "for" } data-part=piece.part.to_string()>
                <p dir="auto">{words(text, piece).to_owned()}</p>
                <WhiskerLine it=Whisker::difference(end, Some(part), Some(bar)) />
                <b>{signed(part)}</b>
            </li>
        }
    };
    view! {
        <h4>"Without each sentence, the score would lack"</h4>
        <ol class="why-sentences" data-testid=format!("why-sentences{suffix}")>
            {pieces.iter().map(line).collect_view()}
        </ol>
    }
    .into_any()
}

/// A piece's words; none where the offsets are not of this text.
pub fn words<'a>(text: &'a str, piece: &Piece) -> &'a str {
    text.get(piece.start as usize..piece.end as usize).unwrap_or_default().trim()
}
