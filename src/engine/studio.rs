//! The engine's state, and what each command does to it.

mod exporting;
mod features;
mod file_rows;
mod living;
mod models;
mod opening;
mod scoring;

use std::collections::VecDeque;
use std::rc::Rc;

use burn::tensor::Device;
use futures::FutureExt;

use self::scoring::ScoreRequest;
use super::backbone::Backbone;
use super::crew::{Crew, Job, Outcome};
use super::file_rows::FileRows;
use super::library::Library;
use super::models::{Kept, Models};
use super::ordering::Ordering;
use super::ports::Host;
use super::recent::Recent;
use super::refuse;
use super::run::{Around, Finished, Progress, Run};
use super::study::Study;
use super::why::Why;
use crate::domain::config::Objective;
use crate::domain::dataset::Comparison;
use crate::domain::device::DeviceKind;
use crate::domain::evaluation::finding::Finding;
use crate::domain::pair::PairId;
use crate::domain::query::choosing::Rule;
use crate::model::reward_model::RewardModel;
use crate::protocol::error::FaultKind;
use crate::protocol::{BUILD_ID, Command, Event, Fault, RequestId, RunId, Slot};

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
    models: Models,
    /// The model that came with the backbone.
    brought: Option<RewardModel>,
    /// What the living model was asked to learn from.
    answered: Vec<Comparison>,
    recent: Recent,
    run: Option<Run>,
    /// The oldest first, one a model.
    scores: VecDeque<ScoreRequest>,
    fit: Option<FitRequest>,
    ask: Option<AskRequest>,
    ordering: Option<Ordering>,
    why: Option<Why>,
    /// The oldest first.
    rows: VecDeque<FileRows>,
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
            models: Models::default(),
            brought: None,
            answered: Vec::new(),
            recent: Recent::default(),
            run: None,
            scores: VecDeque::new(),
            fit: None,
            ask: None,
            ordering: None,
            why: None,
            rows: VecDeque::new(),
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
                self.forget(Slot::Living);
                self.answered.clear();
                self.untold = true;
            }
            Command::Fit { request, comparisons, objective } => {
                let older = self.fit.replace(FitRequest { request, comparisons, objective });
                if let Some(FitRequest { request, .. }) = older {
                    self.host.emit(Event::Superseded { request });
                }
            }
            Command::Train { run, comparisons, config, goes_on } => {
                let new = match goes_on {
                    Some(before) => Run::going_on(run, before, &comparisons, self.host.kept_run().await),
                    None => Run::new(run, comparisons, config),
                };
                match new {
                    Ok(new) => self.run = Some(new),
                    Err(fault) => self.host.emit(Event::RunFailed { run, fault }),
                }
            }
            Command::ForgetRun => {
                self.host.keep_run(None).await;
            }
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
                self.want_score(ScoreRequest { request, slot, prompt, responses, asked_ms });
            }
            Command::Ask { request, rule, candidates } => {
                let older = self.ask.replace(AskRequest { request, rule, candidates });
                if let Some(AskRequest { request, .. }) = older {
                    self.host.emit(Event::Superseded { request });
                }
            }
            Command::Study { request, slot, comparisons, tests, objective } => {
                let study =
                    Study::new((request, slot), comparisons, tests, (objective, self.brought.clone()));
                if let Some(older) = self.study.replace(study) {
                    self.host.emit(Event::Superseded { request: older.request });
                }
            }
            Command::Tokenise { request, texts } => match self.tokenise(&texts) {
                Ok(ids) => self.host.emit(Event::Tokenised { request, ids }),
                Err(fault) => refuse(&*self.host, request, fault),
            },
            Command::Strips { request, prompt, responses } => match self.strips(&prompt, &responses) {
                Ok(strips) => self.host.emit(Event::Strips { request, strips }),
                Err(fault) => refuse(&*self.host, request, fault),
            },
            Command::Export { request, slot, parcel } => match self.export(slot, &parcel).await {
                Ok(bytes) => self.host.emit(Event::Exported { request, slot, bytes }),
                Err(fault) => refuse(&*self.host, request, fault),
            },
            Command::Import { request, slot, bytes } => {
                if let Err(fault) = self.import(slot, &bytes) {
                    refuse(&*self.host, request, fault);
                }
            }
            Command::Order { request, slot, prompt, responses } => {
                let ordering = Ordering::new((request, slot), prompt, responses, self.host.now_ms());
                if let Some(older) = self.ordering.replace(ordering) {
                    self.host.emit(Event::Superseded { request: older.request });
                }
            }
            Command::Explain { request, slot, prompt, responses } => {
                let why = Why::new((request, slot), prompt, responses);
                if let Some(older) = self.why.replace(why) {
                    self.host.emit(Event::Superseded { request: older.request });
                }
            }
            Command::ScoreRows { request, slot, rows } => {
                self.rows.push_back(FileRows::new((request, slot), rows));
            }
            Command::Forget { slot } => self.forget(slot),
        }
    }

    /// One slice of the most urgent work; false where there is none.
    pub async fn work(&mut self) -> bool {
        if self.backbone.is_none() {
            self.refuse_what_needs_a_backbone();
            return false;
        }
        self.tell_preparation();
        if self.answer_score().await {
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
        if self.step_ordering().await || self.step_why().await {
            return true;
        }
        if self.step_run().await {
            // A run leaves time for the features of what is answered meanwhile and for files, but only the crew's.
            self.employ_crew().await;
            return true;
        }
        let busy = self.employ_crew().await || self.compute_batch().await || self.work_on_rows().await;
        // What was kept from an earlier visit came without any work.
        self.tell_preparation();
        busy || self.step_study().await || self.check()
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
            Outcome::Done(Job::Features(batch), pooled) => {
                let kept = self.library.take(&batch, &pooled, self.host.now_ms());
                self.untold = true;
                self.host.keep_features(kept).await;
            }
            Outcome::Done(Job::Rows(request, passage), pooled) => {
                self.take_passage(request, &passage, &pooled);
            }
            Outcome::Lost(job, fault) => {
                self.return_job(job);
                self.host.emit(Event::Failed { request: None, fault });
            }
        }
    }

    fn run_of(&mut self, id: RunId) -> Option<&mut Run> {
        self.run.as_mut().filter(|run| run.id == id)
    }

    /// Without a backbone nothing can be computed; a request that waits for one is told so, once it cannot come.
    fn refuse_what_needs_a_backbone(&mut self) {
        let requests = [
            self.fit.take().map(|fit| fit.request),
            self.ask.take().map(|ask| ask.request),
            self.ordering.take().map(|ordering| ordering.request),
            self.why.take().map(|why| why.request),
            self.study.take().map(|study| study.request),
        ];
        let scores = self.scores.drain(..).map(|score| score.request);
        let rows = self.rows.drain(..).map(|rows| rows.request);
        for request in scores.chain(requests.into_iter().flatten()).chain(rows) {
            refuse(&*self.host, request, no_backbone());
        }
        if let Some(run) = self.run.take() {
            self.host.emit(Event::RunFailed { run: run.id, fault: no_backbone() });
        }
    }

    /// A slice of the closer look; false where none is under way.
    async fn step_study(&mut self) -> bool {
        let (Some(mut study), Some(backbone)) = (self.study.take(), &mut self.backbone) else { return false };
        let (request, model) = (study.request, self.models.get(study.slot).map(|kept| &kept.model));
        match study.step((&self.library, &self.recent), backbone, model).await {
            Ok(finding) => {
                if finding != Some(Finding::Done) {
                    self.study = Some(study);
                }
                if let Some(finding) = finding {
                    self.host.emit(Event::Found { request, finding });
                }
            }
            Err(fault) => refuse(&*self.host, request, fault),
        }
        true
    }

    /// Let the run work; false where it has nothing to do.
    async fn step_run(&mut self) -> bool {
        let (Some(run), Some((kind, device)), Some(backbone)) =
            (&mut self.run, &self.device, &mut self.backbone)
        else {
            return false;
        };
        let host = self.host.clone();
        let mut around = Around {
            library: &mut self.library,
            backbone,
            brought: self.brought.as_ref(),
            device: (*kind, device),
            now_ms: &|| host.now_ms(),
            emit: &|event| host.emit(event),
        };
        let progress = run.work(&mut around).await;
        if let Some((saved, told)) = run.take_saved()
            && self.host.keep_run(Some(saved)).await
        {
            self.host.emit(told);
        }
        match progress {
            Ok(Progress::Waiting) => false,
            Ok(Progress::Stepped) => true,
            Ok(Progress::Finished(finished)) => {
                self.run = None;
                self.host.keep_run(None).await;
                let Finished { model, card, confidence, log, done } = *finished;
                self.keep(Slot::Trained, Kept::new(model, card, confidence).logged(log));
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

fn no_backbone() -> Fault {
    Fault::new(
        FaultKind::Backbone,
        "The backbone is not loaded, and without it no text can be read.",
        "Wait until it is, or load the page again.",
    )
}
