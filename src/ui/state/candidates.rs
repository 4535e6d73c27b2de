//! Candidates for one prompt on the Score tab, and the order that the model puts them in.

use leptos::prelude::*;

use crate::domain::candidate_texts::split;
use crate::domain::metrics::normal;
use crate::protocol::scoring::{Candidate, Compared, Score};
use crate::protocol::{Fault, RequestId, Slot};

/// Scores no further apart than this are the same: what a batch's other rows may change (see `invariance.rs`).
const SAME: f32 = 1e-5;

/// Where a normal variable lies 19 times in 20: within so many standard deviations.
pub const NINETEEN_IN_TWENTY: f32 = 1.96;

/// The candidates in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// Which model.
    pub slot: Slot,
    /// The best first.
    pub places: Vec<Placed>,
}

/// A candidate in its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// From 1; equal scores have equal ranks, and the next one's counts them all.
    pub rank: usize,
    /// Which of the candidates typed, from 0.
    pub number: usize,
    /// Its text.
    pub text: String,
    /// Its score.
    pub score: Score,
    /// Its lead over the next one.
    pub lead: Option<Compared>,
}

impl Placed {
    /// Whether the next one has the same score.
    pub fn ties_with_next(&self) -> bool {
        self.lead.is_some_and(|lead| same(&lead))
    }

    /// How likely it is that more answers would leave this one before the next, where the difference is within what the
    /// model does not know; `None` where it is clear, equal, or where the model does not say. (How likely a person is to
    /// prefer it is another question: small differences may be well known.)
    pub fn in_doubt(&self) -> Option<f64> {
        let lead = self.lead.filter(|lead| !same(lead))?;
        let std = lead.std?;
        let within = lead.margin.abs() < NINETEEN_IN_TWENTY * std;
        within.then(|| normal::below(f64::from(lead.margin / std)))
    }
}

fn same(lead: &Compared) -> bool {
    lead.margin.abs() <= SAME
}

/// A question under way: the texts, each with the place it was typed in.
#[derive(Clone, Debug)]
struct Asked {
    request: RequestId,
    texts: Vec<(usize, String)>,
}

/// What is to be put in order.
#[derive(Clone, Copy)]
pub struct Candidates {
    /// Their texts as they were typed, empty ones among them.
    pub texts: RwSignal<Vec<String>>,
    /// What is about to be added.
    pub pasted: RwSignal<String>,
    /// Whether each line of it is a candidate, rather than what stands between two lines of `---`.
    pub by_line: RwSignal<bool>,
    /// The newest order.
    pub order: RwSignal<Option<Order>>,
    /// What is shown is of older texts.
    pub pending: RwSignal<bool>,
    /// Why there is no order.
    pub trouble: RwSignal<Option<Fault>>,
    /// Counts what was typed, so that only the end of typing asks.
    pub wishes: StoredValue<u32>,
    asked: StoredValue<Option<Asked>>,
}

impl Default for Candidates {
    fn default() -> Self {
        Self {
            texts: RwSignal::new(vec![]),
            pasted: RwSignal::new(String::new()),
            by_line: RwSignal::new(false),
            order: RwSignal::new(None),
            pending: RwSignal::new(false),
            trouble: RwSignal::new(None),
            wishes: StoredValue::new(0),
            asked: StoredValue::new(None),
        }
    }
}

impl Candidates {
    /// Take what was pasted among the candidates; where nothing was, an empty one to be typed into.
    pub fn add_pasted(&self) {
        if self.add(&self.pasted.get_untracked()) == 0 {
            self.texts.update(|texts| texts.push(String::new()));
        }
        self.pasted.set(String::new());
    }

    /// Take these among the candidates, told apart as those in the box are; how many they are.
    pub fn add(&self, text: &str) -> usize {
        let mut new = split(text, self.by_line.get_untracked());
        let count = new.len();
        self.texts.update(|texts| texts.append(&mut new));
        count
    }

    /// The texts to be put in order, which are asked for now. What is shown stays until the answer comes.
    pub fn asked(&self, request: RequestId) -> Vec<String> {
        let all = self.texts.get_untracked().into_iter().enumerate();
        let texts: Vec<(usize, String)> = all.filter(|(_, text)| !text.is_empty()).collect();
        let alone = texts.iter().map(|(_, text)| text.clone()).collect();
        self.asked.set_value(Some(Asked { request, texts }));
        self.pending.set(true);
        alone
    }

    /// The engine has put them in order; of older questions nothing is taken.
    pub fn ordered(&self, request: RequestId, slot: Slot, candidates: Vec<Candidate>) {
        let Some(texts) = self.landed(request) else { return };
        let ranks = ranks(&candidates);
        let places = candidates.into_iter().zip(ranks).filter_map(|(it, rank)| {
            let (number, text) = texts.get(it.response as usize)?.clone();
            Some(Placed { rank, number, text, score: it.score, lead: it.lead })
        });
        self.order.set(Some(Order { slot, places: places.collect() }));
        self.trouble.set(None);
    }

    /// The engine could not; what it said of older texts says nothing of these.
    pub fn failed(&self, request: RequestId, fault: Fault) {
        if self.landed(request).is_some() {
            self.order.set(None);
            self.trouble.set(Some(fault));
        }
    }

    /// Nothing is to be put in order.
    pub fn clear(&self) {
        self.order.set(None);
        self.trouble.set(None);
        self.engine_starts();
    }

    /// The engine is gone, with whatever it would have said.
    pub fn engine_starts(&self) {
        self.asked.set_value(None);
        self.pending.set(false);
    }

    /// Forget what was typed, too.
    pub fn empty(&self) {
        self.texts.set(vec![]);
        self.pasted.set(String::new());
        self.clear();
    }

    fn landed(&self, request: RequestId) -> Option<Vec<(usize, String)>> {
        let newest = self.asked.with_value(|asked| asked.as_ref().is_some_and(|it| it.request == request));
        let asked = newest.then(|| self.asked.try_update_value(Option::take)).flatten().flatten()?;
        self.pending.set(false);
        Some(asked.texts)
    }

    /// Whether there is anything to put in order.
    pub fn any(&self) -> bool {
        self.texts.with_untracked(|texts| texts.iter().any(|text| !text.is_empty()))
    }

    /// The best candidate's text.
    pub fn best(&self) -> Option<String> {
        let first = |order: &Order| order.places.first().map(|first| first.text.clone());
        self.order.with_untracked(|order| order.as_ref().and_then(first))
    }
}

/// Competition ranks (1, 2, 2, 4) of candidates that come in order.
fn ranks(candidates: &[Candidate]) -> Vec<usize> {
    let mut ranks: Vec<usize> = vec![];
    for place in 0..candidates.len() {
        let before = place.checked_sub(1).and_then(|before| candidates[before].lead.filter(same));
        let rank = before.and_then(|_| ranks.last().copied()).unwrap_or(place + 1);
        ranks.push(rank);
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::likelihood::Shares;

    fn score(value: f32) -> Score {
        Score {
            value,
            length_part: 0.0,
            response_tokens: 1,
            cut_tokens: 0,
            ms: 0.0,
            doubt: None,
            standing: None,
        }
    }

    fn lead(margin: f32, std: Option<f32>) -> Compared {
        let shares = Shares { first: 0.5, tie: 0.25, second: 0.25 };
        Compared {
            margin,
            std,
            refitted_std: None,
            shares,
            moderated: Some(Shares { first: 0.375, tie: 0.5, second: 0.125 }),
        }
    }

    fn candidates(values: &[f32]) -> Vec<Candidate> {
        let next = |place: usize| values.get(place + 1).map(|next| lead(values[place] - next, Some(0.1)));
        (0..values.len())
            .map(|place| Candidate {
                response: (values.len() - 1 - place) as u32,
                score: score(values[place]),
                lead: next(place),
            })
            .collect()
    }

    #[test]
    fn equal_scores_have_equal_ranks_and_the_next_one_counts_them() {
        assert_eq!(ranks(&candidates(&[3.0, 2.0, 2.0, 2.0, 1.0, 0.0, 0.0])), [1, 2, 2, 2, 5, 6, 6]);
        assert_eq!(ranks(&candidates(&[1.0, 1.0])), [1, 1]);
        assert!(ranks(&[]).is_empty());
    }

    #[test]
    fn an_order_is_in_doubt_where_its_lead_is_within_what_is_not_known() {
        let placed = |lead| Placed { rank: 1, number: 0, text: String::new(), score: score(0.0), lead };
        let doubt = placed(Some(lead(0.1, Some(0.1)))).in_doubt().expect("it is in doubt");
        assert!((doubt - 0.841).abs() < 1e-3, "{doubt}");
        assert_eq!(placed(Some(lead(0.2, Some(0.1)))).in_doubt(), None);
        assert_eq!(placed(Some(lead(0.1, None))).in_doubt(), None);
        assert_eq!(placed(Some(lead(0.0, Some(0.1)))).in_doubt(), None, "a tie is no order");
        assert_eq!(placed(None).in_doubt(), None);
    }

    #[test]
    fn what_comes_back_is_named_by_the_place_it_was_typed_in_and_older_answers_are_not_taken() {
        let typed = Candidates::default();
        typed.texts.set(vec!["a".into(), String::new(), "b".into(), "c".into()]);
        assert_eq!(typed.asked(RequestId(1)), ["a", "b", "c"]);
        assert_eq!(typed.asked(RequestId(2)), ["a", "b", "c"]);
        typed.ordered(RequestId(1), Slot::Living, candidates(&[1.0, 0.0, -1.0]));
        assert_eq!(typed.order.get_untracked(), None);
        assert!(typed.pending.get_untracked());
        typed.ordered(RequestId(2), Slot::Living, candidates(&[3.0, 2.0, 1.0]));
        let order = typed.order.get_untracked().unwrap();
        let read: Vec<(usize, usize, &str)> =
            order.places.iter().map(|it| (it.rank, it.number, it.text.as_str())).collect();
        assert_eq!(read, [(1, 3, "c"), (2, 2, "b"), (3, 0, "a")]);
        assert_eq!(typed.best(), Some("c".into()));
        assert!(!typed.pending.get_untracked());
        typed.asked(RequestId(3));
        typed.clear();
        typed.ordered(RequestId(3), Slot::Living, candidates(&[1.0]));
        assert_eq!(typed.order.get_untracked(), None, "cleared meanwhile");
    }

    #[test]
    fn an_empty_box_adds_an_empty_candidate() {
        let typed = Candidates::default();
        typed.add_pasted();
        typed.pasted.set("x\n---\ny".into());
        typed.add_pasted();
        assert_eq!(typed.texts.get_untracked(), ["", "x", "y"]);
        assert_eq!(typed.pasted.get_untracked(), "");
    }
}
