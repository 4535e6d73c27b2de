//! A file through the data room and the engine, batch by batch.

use std::collections::VecDeque;
use std::fmt;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use futures::StreamExt;
use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures::executor::LocalPool;
use futures::task::LocalSpawnExt;

use super::arguments::Wish;
use super::crew;
use super::model::{self, Files};
use super::progress::Progress;
use super::world::World;
use crate::data::container::Packed;
use crate::data::filing::{Filing, survey};
use crate::data::source::{OnDisk, Source};
use crate::domain::device::{Decision, DeviceKind};
use crate::domain::evaluation::benchmark::{self, Benchmark};
use crate::domain::filing::{Report, Shape};
use crate::engine::serve;
use crate::protocol::error::FaultKind;
use crate::protocol::filing::ToScore;
use crate::protocol::scoring::RowScores;
use crate::protocol::{Command, Event, Fault, RequestId, Slot};

/// Batches that the engine has before it at once.
const UNDER_WAY: usize = 3;

/// A file that was scored.
pub struct Done {
    /// Where the result lies.
    pub output: PathBuf,
    /// The sum of it.
    pub report: Report,
    /// Why it ended before the file did.
    pub cut_short: Option<Fault>,
}

/// Score the file of `wish` into its output.
///
/// # Errors
/// What kept it from being scored, and what to do. The output is there only when it is whole.
pub fn score(wish: &Wish) -> Result<Done, Fault> {
    let unreadable = |error: &std::io::Error| {
        let what = format!("{} cannot be read ({error}).", wish.input.display());
        Fault::new(FaultKind::File, what, "Look whether the path is right.")
    };
    let input = OnDisk::open(&wish.input).map_err(|error| unreadable(&error))?;
    let packed = Packed::of(Source::new(input))?;
    let seen = survey(&packed, None)?;
    let shape = seen.shape.ok_or_else(|| unknown(&wish.input))?;
    eprintln!("{}: {}, {}", wish.input.display(), shape.how.words(), shape.form.words());
    let files = model::find(&wish.model, wish.backbone.as_deref())?;

    let mut pool = LocalPool::new();
    let (events, heard) = unbounded();
    let (commands, inbox) = unbounded();
    let world = Rc::new(World::new(files.folder.clone(), events));
    pool.spawner().spawn_local(serve(world, inbox)).map_err(|error| internal(&error.to_string()))?;
    let mut engine = Engine { commands, heard, asked: 0 };
    pool.run_until(async {
        engine.open(files, wish).await?;
        engine.score(&packed, shape, &wish.output).await
    })
}

/// The engine, seen from here.
struct Engine {
    commands: UnboundedSender<Command>,
    heard: UnboundedReceiver<Event>,
    asked: u32,
}

impl Engine {
    /// Have it load backbone and model.
    async fn open(&mut self, files: Files, wish: &Wish) -> Result<(), Fault> {
        let device = Decision { kind: wish.device, reason: "as the command line says".into() };
        let helpers = match wish.device {
            DeviceKind::Cpu | DeviceKind::NdArray => crew::helpers(),
            DeviceKind::WebGpu => 0,
        };
        self.send(Command::Open { device, backbone: files.backbone, base: String::new(), helpers })?;
        let request = self.request();
        self.send(Command::Import { request, slot: Slot::Trained, bytes: files.head })?;
        loop {
            if let Event::ModelReady { .. } = self.next().await? {
                return Ok(());
            }
        }
    }

    /// Score all rows of the file.
    async fn score(&mut self, file: &Packed, shape: Shape, output: &Path) -> Result<Done, Fault> {
        let part = part_of(output);
        let scored = self.score_into(file, shape, &part).await;
        let unwritten = |error| unwritten(output, &error);
        match scored {
            Ok((report, cut_short)) => {
                fs::rename(&part, output).map_err(unwritten)?;
                Ok(Done { output: output.to_owned(), report, cut_short })
            }
            Err(fault) => {
                // Where it cannot be removed it still bears the name of a part.
                let _ = fs::remove_file(&part);
                Err(fault)
            }
        }
    }

    async fn score_into(
        &mut self,
        file: &Packed,
        shape: Shape,
        output: &Path,
    ) -> Result<(Report, Option<Fault>), Fault> {
        let unwritten = |error| unwritten(output, &error);
        let mut writer = BufWriter::new(File::create(output).map_err(unwritten)?);
        let mut filing = Filing::begin(file, shape)?;
        let mut progress = Progress::begin();
        let mut flights: VecDeque<(Option<RequestId>, ToScore)> = VecDeque::new();
        let (mut ended, mut cut_short) = (false, None);
        loop {
            while !ended && flights.len() < UNDER_WAY {
                let batch = filing.next_batch();
                ended = batch.ended;
                cut_short.clone_from(&batch.cut_short);
                flights.push_back((self.ask_for(&batch)?, batch));
            }
            let Some((request, batch)) = flights.pop_front() else { break };
            let scores = match request {
                Some(request) => self.scores(request).await?,
                None => vec![],
            };
            writer.write_all(&filing.take(scores)?).map_err(unwritten)?;
            progress.tell(&batch);
        }
        progress.end();
        let (bytes, report) = filing.finish()?;
        writer.write_all(&bytes).and_then(|()| writer.flush()).map_err(unwritten)?;
        Ok((report, cut_short))
    }

    fn ask_for(&mut self, batch: &ToScore) -> Result<Option<RequestId>, Fault> {
        if batch.rows.is_empty() {
            return Ok(None);
        }
        let request = self.request();
        self.send(Command::ScoreRows { request, slot: Slot::Trained, rows: batch.rows.clone() })?;
        Ok(Some(request))
    }

    async fn scores(&mut self, wanted: RequestId) -> Result<Vec<RowScores>, Fault> {
        loop {
            if let Event::RowsScored { request, rows } = self.next().await?
                && request == wanted
            {
                return Ok(rows);
            }
        }
    }

    fn request(&mut self) -> RequestId {
        self.asked += 1;
        RequestId(self.asked)
    }

    fn send(&self, command: Command) -> Result<(), Fault> {
        self.commands.unbounded_send(command).map_err(|_| internal("the engine has ended"))
    }

    /// What it says next; what it says has failed is an error, but for a helper, without whom it goes on.
    async fn next(&mut self) -> Result<Event, Fault> {
        loop {
            match self.heard.next().await {
                Some(Event::Failed { request: None, fault }) if fault.kind != FaultKind::Device => {
                    eprintln!("{fault}");
                }
                Some(Event::Failed { fault, .. } | Event::BackboneFailed(fault)) => return Err(fault),
                Some(event) => return Ok(event),
                None => return Err(internal("the engine has ended")),
            }
        }
    }
}

/// What is being written is not taken for the result.
fn part_of(output: &Path) -> PathBuf {
    let mut name = output.as_os_str().to_owned();
    name.push(".part");
    name.into()
}

fn unwritten(output: &Path, error: &std::io::Error) -> Fault {
    let what = format!("{} cannot be written ({error}).", output.display());
    Fault::new(FaultKind::File, what, "Look whether there is room, or choose another --output.")
}

fn unknown(input: &Path) -> Fault {
    Fault::new(
        FaultKind::File,
        format!("No row of {} can be scored: no prompt and response was found in any.", input.display()),
        "Name the columns prompt and response (or responses, a list; or chosen and rejected).",
    )
}

fn internal(why: &str) -> Fault {
    Fault::new(FaultKind::Internal, format!("The engine could not go on ({why})."), "Please report this.")
}

impl fmt::Display for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report { rows, scored, reasons, agreement, .. } = &self.report;
        write!(f, "{}: {rows} rows, {scored} scored", self.output.display())?;
        for reason in reasons {
            let words = if reason.words.is_empty() { "other reasons" } else { &reason.words };
            write!(f, "\n{} without a score: {words}", reason.rows)?;
        }
        if let Some(mean) = self.report.mean {
            let std = self.report.std.map_or(String::new(), |std| format!(" ± {std:.4}"));
            write!(f, "\nmean score {mean:.4}{std} of {} responses", self.report.responses)?;
        }
        if let (Some(value), Some(interval)) = (agreement.value(), agreement.interval()) {
            write!(
                f,
                "\nthe better response scores higher in {} of {} rows: {value:.4} ({:.4} to {:.4})",
                agreement.part, agreement.whole, interval.low, interval.high
            )?;
        }
        self.benchmarks(f)?;
        match &self.cut_short {
            Some(fault) => write!(f, "\n{fault}"),
            None => Ok(()),
        }
    }
}

impl Done {
    fn benchmarks(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(second) = &self.report.reward_bench_2 {
            write!(f, "\nRewardBench 2: {:.4}", second.overall)?;
            for (name, score, rows) in &second.subsets {
                write!(f, "\n  {name}: {score:.4} of {rows}")?;
            }
            return missing(f, &second.missing);
        }
        let subsets = || self.report.subsets.iter().map(|(name, share)| (name.as_str(), *share));
        for report in Benchmark::ALL.into_iter().filter_map(|it| benchmark::Report::of_shares(it, subsets()))
        {
            write!(f, "\n{}: {:.4}", report.benchmark.name(), report.overall)?;
            for section in &report.sections {
                let Some(score) = section.score else { continue };
                write!(f, "\n  {}: {score:.4}", section.name)?;
                for subset in section.subsets.iter().filter(|subset| subset.share.whole > 0) {
                    write!(f, "\n    {}: {} of {}", subset.name, subset.share.part, subset.share.whole)?;
                }
            }
            missing(f, &report.missing())?;
        }
        Ok(())
    }
}

fn missing(f: &mut fmt::Formatter<'_>, names: &[impl AsRef<str>]) -> fmt::Result {
    if names.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    write!(f, "\n  not comparable with published numbers, since these are missing: {}", names.join(", "))
}
