//! The engine's state, and what each command does to it.

mod features;
mod living;
mod models;

use std::collections::BTreeMap;
use std::rc::Rc;

use burn::tensor::Device;
use futures::FutureExt;

use self::models::{Kept, no_model};
use super::backbone::Backbone;
use super::crew::{Crew, Outcome};
use super::library::Library;
use super::ports::Host;
use super::run::{Finished, Progress, Run};
use super::study::Study;
use super::{confidence, device, refuse, scorer};
use crate::domain::backbone::BackboneCard;
use crate::domain::config::Objective;
use crate::domain::dataset::Comparison;
use crate::domain::device::{Decision, DeviceKind};
use crate::domain::evaluation::finding::Finding;
use crate::domain::pair::PairId;
use crate::domain::query::choosing::Rule;
use crate::domain::recipe::Recipe;
use crate::protocol::crew::CrewCommand;
use crate::protocol::error::FaultKind;
use crate::protocol::event::Origin;
use crate::protocol::{BUILD_ID, Command, Event, Fault, RequestId, RunId, Slot};

struct ScoreRequest {
    request: RequestId,
    slot: Slot,
    prompt: String,
    responses: Vec<String>,
    asked_ms: f64,
}

struct FitRequest {
    request: RequestId,
    comparisons: Vec<Comparison>,
    objective: Objective,
}

struct AskRequest {
    request: RequestId,
    rule: Rule,
    candidates: Vec<PairId>,
}

/// Everything an engine has.
pub struct Studio<H: Host> {
    host: Rc<H>,
    device: Option<(DeviceKind, Device)>,
    backbone: Option<Backbone<H::File>>,
    library: Library,
    crew: Crew<H::Helper>,
    living: Option<Kept>,
    trained: Option<Kept>,
    beside: BTreeMap<u32, Kept>,
    run: Option<Run>,
    score: Option<ScoreRequest>,
    fit: Option<FitRequest>,
    ask: Option<AskRequest>,
    study: Option<Study>,
    told_ms: f64,
    untold: bool,
}

impl<H: Host + 'static> Studio<H>
where
    H::Helper: 'static,
{
    /// An engine that has heard nothing yet.
    pub fn new(host: Rc<H>) -> Self {
        Self {
            host,
            device: None,
            backbone: None,
            library: Library::default(),
            crew: Crew::new(),
            living: None,
            trained: None,
            beside: BTreeMap::new(),
            run: None,
            score: None,
            fit: None,
            ask: None,
            study: None,
            told_ms: f64::NEG_INFINITY,
            untold: false,
        }
    }

    /// Do what a command says, or note it down for [`Studio::work`].
    pub async fn hear(&mut self, command: Command) {
        match command {
            Command::Hello { build: _ } => self.host.emit(Event::Hello { build: BUILD_ID.into() }),
            Command::Open { device, backbone, base, helpers } => {
                self.open(device, backbone, base, helpers).await;
            }
            Command::Recipe(recipe) => self.use_recipe(recipe),
            Command::AddPairs(pairs) => {
                self.library.add(pairs);
                self.untold = true;
            }
            Command::ClearPairs => {
                self.library.clear();
                self.living = None;
                self.untold = true;
            }
            Command::Fit { request, comparisons, objective } => {
                let older = self.fit.replace(FitRequest { request, comparisons, objective });
                if let Some(FitRequest { request, .. }) = older {
                    self.host.emit(Event::Superseded { request });
                }
            }
            Command::Train { run, comparisons, config } => match Run::new(run, comparisons, config) {
                Ok(new) => self.run = Some(new),
                Err(fault) => self.host.emit(Event::RunFailed { run, fault }),
            },
            Command::Pause { run } => {
                if self.run_of(run).is_some_and(Run::pause) {
                    self.host.emit(Event::RunPaused { run });
                }
            }
            Command::Resume { run } => {
                if self.run_of(run).is_some_and(Run::resume) {
                    self.host.emit(Event::RunResumed { run });
                }
            }
            Command::Stop { run } => {
                if let Some(run) = self.run_of(run) {
                    run.stop();
                }
            }
            Command::Score { request, slot, prompt, responses } => {
                let asked_ms = self.host.now_ms();
                let older = self.score.replace(ScoreRequest { request, slot, prompt, responses, asked_ms });
                if let Some(ScoreRequest { request, .. }) = older {
                    self.host.emit(Event::Superseded { request });
                }
            }
            Command::Ask { request, rule, candidates } => {
                let older = self.ask.replace(AskRequest { request, rule, candidates });
                if let Some(AskRequest { request, .. }) = older {
                    self.host.emit(Event::Superseded { request });
                }
            }
            Command::Study { request, slot, comparisons, tests, objective } => {
                let study = Study::new((request, slot), comparisons, tests, objective);
                if let Some(older) = self.study.replace(study) {
                    self.host.emit(Event::Superseded { request: older.request });
                }
            }
            Command::Tokenise { request, texts } => match self.tokenise(&texts) {
                Ok(ids) => self.host.emit(Event::Tokenised { request, ids }),
                Err(fault) => refuse(&*self.host, request, fault),
            },
            Command::Export { request, slot } => match self.export(slot).await {
                Ok(bytes) => self.host.emit(Event::Exported { request, slot, bytes }),
                Err(fault) => refuse(&*self.host, request, fault),
            },
            Command::Import { request, slot, bytes } => match self.import(&bytes) {
                Ok(kept) => self.keep(slot, kept),
                Err(fault) => refuse(&*self.host, request, fault),
            },
            Command::Forget { slot } => self.forget(slot),
            Command::Order { request, .. }
            | Command::Explain { request, .. }
            | Command::ScoreRows { request, .. } => refuse(&*self.host, request, no_backbone()),
        }
    }

    /// One slice of the most urgent work; false where there is none.
    pub async fn work(&mut self) -> bool {
        if self.backbone.is_none() {
            self.refuse_what_needs_a_backbone();
            return false;
        }
        self.tell_preparation();
        if let Some(request) = self.score.take() {
            self.answer_score(request).await;
            return true;
        }
        if let Some(request) = self.fit.take() {
            self.answer_fit(request);
            return true;
        }
        if let Some(request) = self.ask.take() {
            self.answer_ask(request);
            return true;
        }
        if self.step_run().await {
            // A run leaves time for the features of what is answered meanwhile, but only the crew's.
            self.employ_crew().await;
            return true;
        }
        let busy = self.employ_crew().await || self.compute_batch().await;
        // What was kept from an earlier visit came without any work.
        self.tell_preparation();
        busy || self.step_study() || self.check()
    }

    /// Whether news of the crew may come.
    pub fn awaits_the_crew(&self) -> bool {
        self.crew.is_working()
    }

    /// The crew's next news.
    pub async fn news_of_the_crew(&mut self) -> Option<Outcome> {
        self.crew.next().await
    }

    /// Take all that the crew has done by now.
    pub async fn take_what_the_crew_has_done(&mut self) {
        while let Some(Some(outcome)) = self.crew.next().now_or_never() {
            self.take(outcome).await;
        }
    }

    /// Take one piece of the crew's news.
    pub async fn take(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Hired => {}
            Outcome::NotHired(fault) => self.host.emit(Event::Failed { request: None, fault }),
            Outcome::Done(batch, pooled) => {
                let kept = self.library.take(&batch, &pooled, self.host.now_ms());
                self.untold = true;
                self.host.keep_features(kept).await;
            }
            Outcome::Lost(batch, fault) => {
                self.library.return_batch(batch);
                self.host.emit(Event::Failed { request: None, fault });
            }
        }
    }

    fn run_of(&mut self, id: RunId) -> Option<&mut Run> {
        self.run.as_mut().filter(|run| run.id == id)
    }

    async fn open(&mut self, decision: Decision, card: BackboneCard, base: String, helpers: u8) {
        let kind = decision.kind;
        let device = match device::start(kind).await {
            Ok(device) => device,
            Err(fault) => return self.host.emit(Event::Failed { request: None, fault }),
        };
        self.host.emit(Event::DeviceReady(decision));
        self.device = Some((kind, device.clone()));

        let layers =
            self.library.recipe().map_or(Recipe::measured_best(card.layers).layer, |recipe| recipe.layer);
        let origin = std::cell::Cell::new(Origin::Kept);
        let host = self.host.clone();
        let progress = |got: u64, total: u64, from: Origin| {
            if from == Origin::Network {
                origin.set(from);
            }
            host.emit(Event::BackboneProgress { got, total, origin: from });
        };
        let opened =
            Backbone::open(&*self.host, &base, card.clone(), (kind, device), layers, &progress).await;
        let backbone = match opened {
            Ok(backbone) => backbone,
            Err(fault) => return self.host.emit(Event::BackboneFailed(fault)),
        };
        let recipe = self.library.recipe().cloned().unwrap_or(Recipe::measured_best(card.layers));
        self.library.set_recipe(recipe, card.weights_sha256());
        self.untold = true;
        self.host.emit(Event::BackboneReady {
            id: card.id.clone(),
            origin: origin.get(),
            layers: backbone.layers(),
        });
        self.backbone = Some(backbone);

        if kind != DeviceKind::WebGpu {
            for _ in 0..helpers {
                let enlist = CrewCommand::Enlist {
                    build: BUILD_ID.into(),
                    backbone: card.clone(),
                    base: base.clone(),
                    device: kind,
                    layers,
                };
                self.crew.expect(hiring(self.host.clone(), enlist));
            }
        }
    }

    fn use_recipe(&mut self, recipe: Recipe) {
        let weights = self.backbone.as_ref().map(|backbone| backbone.card.weights_sha256().to_owned());
        self.library.set_recipe(recipe, &weights.unwrap_or_default());
        self.untold = true;
    }

    /// Without a backbone nothing can be computed; a request that waits for one is told so, once it cannot come.
    fn refuse_what_needs_a_backbone(&mut self) {
        let requests = [
            self.score.take().map(|score| score.request),
            self.fit.take().map(|fit| fit.request),
            self.ask.take().map(|ask| ask.request),
            self.study.take().map(|study| study.request),
        ];
        for request in requests.into_iter().flatten() {
            refuse(&*self.host, request, no_backbone());
        }
        if let Some(run) = self.run.take() {
            self.host.emit(Event::RunFailed { run: run.id, fault: no_backbone() });
        }
    }

    async fn answer_score(&mut self, request: ScoreRequest) {
        let ScoreRequest { request, slot, prompt, responses, asked_ms } = request;
        let scored = async {
            let kept = self.slot_to_score_with(slot).ok_or_else(no_model)?;
            let model = kept.model.clone();
            let backbone = self.backbone.as_mut().ok_or_else(no_backbone)?;
            let read = scorer::read(backbone, &self.library, &model, &prompt, &responses).await?;
            let ms = self.host.now_ms() - asked_ms;
            let confidence = self.slot(slot).and_then(|kept| kept.confidence.as_ref());
            let scores = read.iter().map(|read| read.score(&model, confidence, ms)).collect();
            let compared = match read.as_slice() {
                [first, second, ..] => {
                    Some(confidence::compare(&model, confidence, first.pooled(), second.pooled()))
                }
                [_] | [] => None,
            };
            Ok((scores, compared))
        };
        match scored.await {
            Ok((scores, compared)) => {
                self.host.emit(Event::Scored { request, slot, scores, compared });
            }
            Err(fault) => refuse(&*self.host, request, fault),
        }
    }

    /// A slice of the closer look; false where none is under way.
    fn step_study(&mut self) -> bool {
        let Some(mut study) = self.study.take() else { return false };
        let (request, model) = (study.request, self.slot(study.slot).map(|kept| &kept.model));
        let finding = study.step(&self.library, model);
        if finding != Some(Finding::Done) {
            self.study = Some(study);
        }
        if let Some(finding) = finding {
            self.host.emit(Event::Found { request, finding });
        }
        true
    }

    /// Let the run work; false where it has nothing to do.
    async fn step_run(&mut self) -> bool {
        let (Some(run), Some((kind, device))) = (&mut self.run, &self.device) else { return false };
        let host = self.host.clone();
        let progress =
            run.work(&self.library, (*kind, device), &|| host.now_ms(), &|event| host.emit(event)).await;
        match progress {
            Ok(Progress::Waiting) => false,
            Ok(Progress::Stepped) => true,
            Ok(Progress::Finished(finished)) => {
                self.run = None;
                let Finished { model, card, confidence, done } = *finished;
                self.keep(Slot::Trained, Kept { model, card, confidence });
                self.host.emit(done);
                true
            }
            Err(fault) => {
                let id = run.id;
                self.run = None;
                self.host.emit(Event::RunFailed { run: id, fault });
                true
            }
        }
    }
}

async fn hiring<H: Host>(host: Rc<H>, enlist: CrewCommand) -> Result<H::Helper, Fault> {
    host.hire(enlist).await
}

fn no_backbone() -> Fault {
    Fault::new(
        FaultKind::Backbone,
        "The backbone is not loaded, and without it no text can be read.",
        "Wait until it is, or load the page again.",
    )
}
