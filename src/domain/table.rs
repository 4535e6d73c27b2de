//! What of the pairs a table shows, and in which order: words, filters, sorting. The looking itself is a [`Scan`],
//! which stops as often as whoever calls it wants, so that 160,000 pairs hold nobody up.

mod needle;
mod scan;

use super::annotators::{first_reading, too_fast};
use super::choice::Choice;
use super::log::{Answer, Given, Purpose};
use super::pair::Pair;

pub use needle::Needle;
pub use scan::{Facets, Scan, SourceFacts};

/// What is wanted of the pairs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Words that stand, as one piece, in prompt, responses, note or tags; in upper or lower case. Empty: anything.
    pub words: String,
    /// By answer.
    pub answer: ByAnswer,
    /// Only of this source.
    pub source: Option<String>,
    /// Only with this tag.
    pub tag: Option<String>,
    /// Only answered by this annotator.
    pub annotator: Option<String>,
    /// Only of sources that are for this.
    pub purpose: Option<Purpose>,
    /// Which come first.
    pub order: Order,
}

/// Pairs by what was said of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ByAnswer {
    /// Every pair.
    #[default]
    Any,
    /// Those without an answer.
    Unanswered,
    /// Those with any answer, skips included.
    Answered,
    /// Those with this answer.
    Choice(Choice),
    /// Those answered on the page sooner than they could have been read.
    TooFast,
}

/// Which pairs come first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// As they came in.
    #[default]
    Added,
    /// The newest answer first, the unanswered last.
    NewestAnswer,
    /// The longest texts first.
    Longest,
    /// The shortest texts first.
    Shortest,
}

impl Query {
    /// Whether this pair, with the answer that stands, is wanted. `needle` is that of the query's words.
    fn wants(&self, pair: &Pair, answer: Option<&Answer>, purpose: Purpose, needle: &Needle) -> bool {
        self.answer.wants(pair, answer)
            && self.source.as_ref().is_none_or(|source| *source == pair.source)
            && self.purpose.is_none_or(|wanted| wanted == purpose)
            && self
                .tag
                .as_ref()
                .is_none_or(|tag| answer.is_some_and(|answer| answer.label.tags.contains(tag)))
            && self
                .annotator
                .as_ref()
                .is_none_or(|name| answer.is_some_and(|answer| answer.annotator == *name))
            && (needle.is_empty() || said_in(pair, answer).any(|text| needle.is_in(text)))
    }

    /// Small numbers come first.
    fn rank(&self, pair: &Pair, answer: Option<&Answer>) -> u64 {
        let length = (pair.prompt.len() + pair.response_a.len() + pair.response_b.len()) as u64;
        match self.order {
            Order::Added => 0,
            Order::NewestAnswer => answer.map_or(u64::MAX, |answer| u64::MAX - 1 - answer.at_ms),
            Order::Longest => u64::MAX - length,
            Order::Shortest => length,
        }
    }
}

impl ByAnswer {
    fn wants(self, pair: &Pair, answer: Option<&Answer>) -> bool {
        match self {
            ByAnswer::Any => true,
            ByAnswer::Unanswered => answer.is_none(),
            ByAnswer::Answered => answer.is_some(),
            ByAnswer::Choice(choice) => answer.is_some_and(|answer| answer.label.choice == choice),
            ByAnswer::TooFast => answer.is_some_and(|answer| was_too_fast(pair, answer)),
        }
    }
}

/// Every text of a pair that words are looked for in.
fn said_in<'a>(pair: &'a Pair, answer: Option<&'a Answer>) -> impl Iterator<Item = &'a str> {
    let label = answer.map(|answer| &answer.label);
    [pair.prompt.as_str(), &pair.response_a, &pair.response_b].into_iter().chain(
        label.into_iter().flat_map(|label| {
            std::iter::once(label.note.as_str()).chain(label.tags.iter().map(String::as_str))
        }),
    )
}

/// Whether the answer came faster than its pair can be read.
pub fn was_too_fast(pair: &Pair, answer: &Answer) -> bool {
    let Given::OnPage { lead_ms, asked, .. } = answer.given else { return false };
    first_reading(pair, answer.label.choice, asked, lead_ms).is_some_and(too_fast)
}
