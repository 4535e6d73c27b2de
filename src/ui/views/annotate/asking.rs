//! What is asked next, by what rule, and why this pair.

use leptos::prelude::*;

use crate::domain::log::Asked;
use crate::domain::query::choosing::{Ranked, Rule, Why};
use crate::ui::actions::Actions;
use crate::ui::figures::percent;
use crate::ui::state::Reason;
use crate::ui::widgets::Select;

/// The rule, and why it brought the pair on the screen.
#[component]
pub fn AskingNext() -> impl IntoView {
    let actions = Actions::of_page();
    let settings = actions.state.settings;
    let rules = Rule::ALL.map(|rule| (rule.word().to_owned(), name(rule).to_owned())).to_vec();
    let shares = [5, 10, 20, 30, 50].map(|share: u8| (share.to_string(), format!("{share} %"))).to_vec();
    let chooses = Memo::new(move |_| settings.asking_rule.get() != Rule::Random);
    view! {
        <section class="asking-next" aria-label="What is asked next">
            <Select
                id="asking-rule"
                label="Ask next"
                options=rules
                value=Signal::derive(move || settings.asking_rule.get().word().to_owned())
                on_change=Callback::new(move |word: String| {
                    if let Some(rule) = Rule::from_word(&word) {
                        actions.set_asking_rule(rule);
                    }
                })
            />
            {move || {
                let shares = shares.clone();
                chooses
                    .get()
                    .then(|| {
                        view! {
                            <Select
                                id="asking-random"
                                label="Of these, drawn at random"
                                hint="Only those are used to judge the model: what it asks itself are the hard ones."
                                options=shares
                                value=Signal::derive(move || settings.random_percent.get().to_string())
                                on_change=Callback::new(move |share: String| {
                                    if let Ok(share) = share.parse() {
                                        actions.set_random_percent(share);
                                    }
                                })
                            />
                        }
                    })
            }}
            <p class="quiet" data-testid="why-this-pair">
                {move || why(actions)}
            </p>
        </section>
    }
}

fn name(rule: Rule) -> &'static str {
    match rule {
        Rule::Random => "In random order",
        Rule::Uncertain => "What the model is least sure of",
        Rule::Informative => "What would teach the model most",
    }
}

/// Said of each pair that no rule has chosen.
const RANDOM: &str = "Why this pair: drawn at random.";

fn why(actions: Actions) -> Option<String> {
    let workspace = actions.state.workspace;
    let shown = workspace.current.get()?;
    let picked = workspace.picked.get().filter(|pick| pick.pair == shown.pair.id);
    Some(match (shown.reason, picked.map(|pick| pick.why)) {
        (Reason::Settling, _) => "Why this pair: annotators disagree on it.".into(),
        (Reason::Asked(Asked::Revisited), _) => "Why this pair: you went back to it.".into(),
        // Nor is a repeat told apart: whoever knows that a pair comes back tries to remember instead of to judge.
        (Reason::Asked(Asked::Repeat), _) => RANDOM.into(),
        (Reason::Asked(_), Some(Why::Chosen(Rule::Uncertain, ranked, _))) => {
            format!("Why this pair: the model is least sure here. {}", guess(&ranked))
        }
        (Reason::Asked(_), Some(Why::Chosen(Rule::Informative | Rule::Random, ranked, typical))) => format!(
            "Why this pair: your answer is expected to teach it {} bits, where {} are typical. {}",
            bits(ranked.gain),
            bits(typical),
            guess(&ranked)
        ),
        (Reason::Asked(_), Some(Why::Lot | Why::Turn) | None) => RANDOM.into(),
    })
}

/// Nothing that could sway the person: not which one it favours.
fn guess(ranked: &Ranked) -> String {
    let Ranked { first, second, .. } = *ranked;
    let surer = f64::from(first.max(second) / (first + second).max(f32::MIN_POSITIVE));
    format!("It would be right about {} of the time.", percent(surer))
}

fn bits(gain: f32) -> String {
    format!("{gain:.2}")
}
