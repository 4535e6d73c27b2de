//! Events becoming state.

use super::*;
use crate::domain::config::Penalty;
use crate::domain::kept_model::ModelId;
use crate::domain::likelihood::Likelihood;
use crate::domain::recipe::Recipe;
use crate::domain::weights_format::WeightsFormat;
use crate::protocol::error::FaultKind;
use crate::protocol::event::{MadeBy, ModelCard};
use crate::protocol::{Event, Fault, RunId};

fn card(made_by: MadeBy) -> Box<ModelCard> {
    Box::new(ModelCard {
        hidden_units: None,
        made_by,
        backbone: "org/name".into(),
        recipe: Recipe::measured_best(6),
        device: "CPU".into(),
        lambda: 1.0,
        likelihood: Likelihood::PLAIN,
        advice: None,
        evaluation: None,
        length_share: None,
    })
}

#[test]
fn the_trained_model_is_shown_where_there_is_one_unless_the_living_is_asked_for() {
    let state = State::default();
    assert_eq!(state.slot_in_view(), Slot::Living);
    state.apply(Event::ModelReady { slot: Slot::Trained, card: card(MadeBy::Descent(RunId(1))) });
    assert_eq!(state.slot_in_view(), Slot::Trained);
    state.settings.slot.set(Some(Slot::Living));
    assert_eq!(state.slot_in_view(), Slot::Trained, "there is no living model yet");
    state.apply(Event::ModelReady { slot: Slot::Living, card: card(MadeBy::ExactFit(Penalty::Auto)) });
    assert_eq!(state.slot_in_view(), Slot::Living);
}

#[test]
fn a_lost_device_asks_for_another_and_leaves_the_run_to_begin_anew() {
    let state = State::default();
    state.training.asked(RunId(3), None);
    let fault = Fault::new(FaultKind::Device, "The GPU was lost.", "");
    let follows = state.apply(Event::RunFailed { run: RunId(3), fault: fault.clone() });
    assert_eq!(follows, [Follow::FallBack(fault)]);
    assert!(state.training.phase.with_untracked(Phase::active));
}

#[test]
fn a_model_brought_back_is_not_kept_again_and_an_export_goes_where_it_was_asked_for() {
    let state = State::default();
    state.ask(Purpose::ImportKept);
    state.models.comes(ModelId::from_digits("ab"));
    let back = state.apply(Event::ModelReady { slot: Slot::Trained, card: card(MadeBy::Upload) });
    assert!(!back.contains(&Follow::AskToKeep));
    assert_eq!(state.models.in_use.get_untracked(), Some(ModelId::from_digits("ab")));
    let format = WeightsFormat::Transformers;
    let (keep, save) = (state.ask(Purpose::ExportToKeep), state.ask(Purpose::ExportToSave(format)));
    let exported = |request| state.apply(Event::Exported { request, slot: Slot::Trained, bytes: vec![7] });
    assert_eq!(exported(save), [Follow::Save(format, vec![7])]);
    assert_eq!(exported(keep), [Follow::Keep(Slot::Trained, vec![7])]);
}

#[test]
fn a_model_that_the_engine_refuses_leaves_the_one_in_use_in_its_place() {
    let state = State::default();
    let ready = |made_by| state.apply(Event::ModelReady { slot: Slot::Trained, card: card(made_by) });
    let [kept, given] = ["aa", "bb"].map(ModelId::from_digits);
    state.models.comes(kept.clone());
    ready(MadeBy::Upload);
    let request = state.ask(Purpose::ImportGiven);
    state.models.comes(given);
    let fault = Fault::new(FaultKind::File, "No.", "Another.");
    state.apply(Event::Failed { request: Some(request), fault });
    assert_eq!(state.models.in_use.get_untracked(), Some(kept));
    ready(MadeBy::Descent(RunId(2)));
    assert_eq!(state.models.in_use.get_untracked(), None, "the run's model is yet to be kept");
}

#[test]
fn a_kept_model_beside_is_asked_as_soon_as_it_is_there_and_its_scores_are_its_own() {
    let state = State::default();
    let number = state.comparison.hold(ModelId::from_digits("ab"));
    let slot = Slot::Beside(number);
    let follows = state.apply(Event::ModelReady { slot, card: card(MadeBy::Upload) });
    assert_eq!(follows, [Follow::Compare]);
    assert_eq!(state.comparison.may_score(), [number]);
    let request = state.ask(Purpose::Compare);
    state.comparison.went(number, request);
    assert!(state.comparison.may_score().is_empty(), "a newer text waits");
    let scored = Event::Scored { request, slot, scores: vec![], compared: None };
    assert_eq!(state.apply(scored), [Follow::Compare]);
    assert!(state.comparison.scores.with_untracked(|scores| scores.contains_key(&number)));
    assert!(state.scoring.scores.with_untracked(Option::is_none), "the model in use said nothing");
}

#[test]
fn a_file_that_cannot_be_made_says_why_where_it_was_asked_for() {
    let state = State::default();
    let format = WeightsFormat::Transformers;
    let ask = || {
        state.parcels.asked(format);
        state.ask(Purpose::ExportToSave(format))
    };
    let fault = Fault::new(FaultKind::Internal, "Other scores.", "Another format.");
    state.apply(Event::Failed { request: Some(ask()), fault: fault.clone() });
    assert_eq!(state.parcels.making.get_untracked(), None);
    assert_eq!(state.parcels.trouble.get_untracked(), Some(fault));
    let request = ask();
    assert_eq!(state.parcels.trouble.get_untracked(), None, "what went wrong before is over");
    state.apply(Event::Exported { request, slot: Slot::Trained, bytes: vec![] });
    assert_eq!(state.parcels.making.get_untracked(), None);
    ask();
    state.engine_starts();
    assert_eq!(state.parcels.making.get_untracked(), None);
    assert!(state.parcels.trouble.get_untracked().is_some_and(|fault| fault.what.contains("ended")));
}
