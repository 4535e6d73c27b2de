//! What each token adds to the score.

use crate::engine::backbone::Backbone;
use crate::engine::ports::ByteSource;
use crate::model::attribution::Attribution;
use crate::model::pooling::weigh;
use crate::model::reward_model::{Pooled, RewardModel};
use crate::protocol::Fault;
use crate::protocol::scoring::{Insight, Piece};

/// The insight, of one forward pass that keeps every hidden state; and the vector that they are pooled to.
///
/// # Errors
/// As [`Backbone::pooled`]; of a text that the tokenizer refuses, too.
pub async fn tokens<S: ByteSource>(
    backbone: &mut Backbone<S>,
    model: &RewardModel,
    prompt: &str,
    text: &str,
    response: u32,
) -> Result<(Insight, Pooled), Fault> {
    let recipe = &model.recipe;
    let (encoded, spans) = backbone.encoder.encode_with_spans(prompt, text, recipe.max_tokens)?;
    let row = encoded.row;
    let hidden = backbone.hidden(&row, recipe).await?;
    let width = hidden.len() / row.ids.len();
    let mut shares = vec![0f32; row.ids.len()];
    weigh(&row, recipe.pooling, &mut shares);

    let mut vector = vec![0f32; width];
    for (state, &share) in hidden.chunks_exact(width).zip(&shares).filter(|(_, share)| **share != 0.0) {
        vector.iter_mut().zip(state).for_each(|(sum, value)| *sum += share * value);
    }
    let pooled = Pooled { vector, tokens: encoded.response_tokens };
    let parts = Attribution::of(model, &pooled);
    let mut pieces: Vec<Piece> = Vec::new();
    for ((state, &share), span) in hidden.chunks_exact(width).zip(&shares).zip(spans) {
        if share == 0.0 {
            continue;
        }
        let part = share * parts.state(state);
        let (in_prompt, start, end) = (span.in_prompt, span.start as u32, span.end as u32);
        match pieces.last_mut() {
            // One letter may come to several tokens: it is coloured once.
            Some(last) if last.in_prompt == in_prompt && (last.start..last.end).contains(&start) => {
                last.end = last.end.max(end);
                last.part += part;
            }
            _ => pieces.push(Piece { in_prompt, start, end, part }),
        }
    }
    // Some templates write a system message behind the turns before the last.
    pieces.sort_by_key(|piece| (!piece.in_prompt, piece.start));
    let (score, length_part) = model.score(&pooled);
    Ok((Insight::Tokens { response, pieces, length_part, score }, pooled))
}
