//! A world for the engine without a browser: files on disk, features in a map, helpers in the same thread.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::future::Future;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Instant;

use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures::executor::LocalPool;
use futures::lock::Mutex;
use futures::task::LocalSpawnExt;
use reward_studio::domain::backbone::BackboneCard;
use reward_studio::domain::device::{Decision, DeviceKind};
use reward_studio::engine::backbone::Backbone;
use reward_studio::engine::device;
use reward_studio::engine::ports::{ByteSource, Helper, Host};
use reward_studio::engine::serve;
use reward_studio::protocol::crew::{CrewCommand, TokenBatch};
use reward_studio::protocol::error::FaultKind;
use reward_studio::protocol::event::Origin;
use reward_studio::protocol::{Command, Event, Fault};

/// The repository.
pub fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A backbone's card and the folder that its card's folder is relative to.
pub fn catalogue(tiny: bool) -> (BackboneCard, String) {
    let root = repository();
    let (list, base) = if tiny {
        (root.join("tests/fixtures/tiny-backbones.json"), root.join("tests/fixtures"))
    } else {
        (root.join("public/backbones.json"), root.join("public"))
    };
    let text = std::fs::read_to_string(list).expect("the catalogue");
    let cards: Vec<BackboneCard> = serde_json::from_str(&text).expect("the catalogue is JSON");
    (cards.into_iter().next().expect("a card"), base.to_string_lossy().into_owned())
}

/// Block on a future that only needs this thread.
pub fn wait<T>(future: impl Future<Output = T>) -> T {
    futures::executor::block_on(future)
}

/// A backbone on a device.
pub fn backbone(tiny: bool, kind: DeviceKind) -> Backbone<Bytes> {
    let (card, base) = catalogue(tiny);
    let layers = card.layers;
    wait(async {
        let device = device::start(kind).await.expect("a device");
        let opened = Backbone::open(&World::new(), &base, card, (kind, device), layers, &|_, _, _| {}).await;
        opened.unwrap_or_else(|fault| panic!("{fault} (`cargo xtask test native` fetches the backbone)"))
    })
}

/// Called at every breath with the number of them so far.
pub type Heard = Box<dyn FnMut(u32)>;

/// The world around one engine.
pub struct World {
    events: RefCell<Vec<Event>>,
    features: RefCell<HashMap<String, Vec<f32>>>,
    saved_run: RefCell<Option<Vec<u8>>>,
    /// Nothing can be saved of a run.
    pub disk_is_full: Cell<bool>,
    /// May send commands, as a page would between two steps.
    pub on_breath: RefCell<Option<Heard>>,
    breaths: Cell<u32>,
    began: Instant,
}

impl World {
    /// An empty one.
    pub fn new() -> Self {
        Self {
            events: RefCell::default(),
            features: RefCell::default(),
            saved_run: RefCell::default(),
            disk_is_full: Cell::default(),
            on_breath: RefCell::default(),
            breaths: Cell::new(0),
            began: Instant::now(),
        }
    }

    /// The names of all kept features.
    pub fn feature_keys(&self) -> Vec<String> {
        self.features.borrow().keys().cloned().collect()
    }

    /// Have what another world has saved of a run.
    pub fn copy_run(&self, other: &Self) {
        self.saved_run.borrow_mut().clone_from(&other.saved_run.borrow());
    }

    /// Keep what another visit kept.
    pub fn copy_features(&self, other: &Self) {
        self.features.borrow_mut().clone_from(&other.features.borrow());
    }
}

impl Host for World {
    type File = Bytes;
    type Helper = Neighbour;

    fn emit(&self, event: Event) {
        self.events.borrow_mut().push(event);
    }

    fn now_ms(&self) -> f64 {
        self.began.elapsed().as_secs_f64() * 1000.0
    }

    async fn breathe(&self) {
        self.breaths.set(self.breaths.get() + 1);
        if let Some(heard) = self.on_breath.borrow_mut().as_mut() {
            heard(self.breaths.get());
        }
        Once(false).await;
    }

    async fn open(
        &self,
        base: &str,
        card: &BackboneCard,
        file: &str,
        progress: &dyn Fn(u64, Origin),
    ) -> Result<Bytes, Fault> {
        // The fixture's folder is named as it is served, `models/…`, and lies beside its catalogue.
        let served = Path::new(base).join(&card.folder).join(file);
        let beside = Path::new(base).join(card.folder.trim_start_matches("models/")).join(file);
        let bytes = std::fs::read(&served).or_else(|_| std::fs::read(beside)).map_err(|error| {
            Fault::new(FaultKind::Backbone, format!("{file}: {error}."), "Fetch the backbone first.")
        })?;
        progress(bytes.len() as u64, Origin::Kept);
        Ok(Bytes(bytes))
    }

    async fn kept_features(&self, keys: &[String]) -> Vec<Option<Vec<f32>>> {
        let kept = self.features.borrow();
        keys.iter().map(|key| kept.get(key).cloned()).collect()
    }

    async fn keep_features(&self, entries: Vec<(String, Vec<f32>)>) {
        self.features.borrow_mut().extend(entries);
    }

    async fn keep_run(&self, saved: Option<Vec<u8>>) -> bool {
        if !self.disk_is_full.get() {
            *self.saved_run.borrow_mut() = saved;
        }
        !self.disk_is_full.get()
    }

    async fn kept_run(&self) -> Option<Vec<u8>> {
        self.saved_run.borrow().clone()
    }

    async fn hire(&self, enlist: CrewCommand) -> Result<Neighbour, Fault> {
        let CrewCommand::Enlist { backbone, base, device: kind, layers, .. } = enlist else {
            panic!("a helper is hired by Enlist")
        };
        let device = device::start(kind).await?;
        let opened = Backbone::open(self, &base, backbone, (kind, device), layers, &|_, _, _| {}).await?;
        Ok(Neighbour(Mutex::new(opened)))
    }
}

/// A file in memory.
pub struct Bytes(pub Vec<u8>);

impl ByteSource for Bytes {
    fn size(&self) -> u64 {
        self.0.len() as u64
    }

    async fn read(&self, range: Range<u64>) -> Result<Vec<u8>, Fault> {
        let range = range.start as usize..range.end as usize;
        self.0
            .get(range)
            .map(<[u8]>::to_vec)
            .ok_or_else(|| Fault::new(FaultKind::Backbone, "The file ends too soon.", "Fetch it again."))
    }
}

/// A helper on the same thread.
pub struct Neighbour(Mutex<Backbone<Bytes>>);

impl Helper for Neighbour {
    async fn compute(&self, batch: TokenBatch) -> Result<Vec<f32>, Fault> {
        // A real helper answers later, too.
        Once(false).await;
        self.0.lock().await.pooled(&batch.rows, batch.layer, batch.pooling).await
    }
}

/// Ready at the second look.
struct Once(bool);

impl Future for Once {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

/// A page's side of an engine.
pub struct Session {
    pool: LocalPool,
    /// The engine's world.
    pub world: Rc<World>,
    /// Where commands go.
    pub commands: UnboundedSender<Command>,
}

impl Session {
    /// An engine that has heard nothing.
    pub fn new() -> Self {
        let pool = LocalPool::new();
        let world = Rc::new(World::new());
        let (commands, inbox): (_, UnboundedReceiver<Command>) = unbounded();
        pool.spawner().spawn_local(serve(world.clone(), inbox)).expect("a task");
        Self { pool, world, commands }
    }

    /// An engine with its backbone loaded.
    pub fn open(tiny: bool, kind: DeviceKind, helpers: u8) -> Self {
        let mut session = Self::new();
        let (backbone, base) = catalogue(tiny);
        let device = Decision { kind, reason: "as the test says".into() };
        session.ask(Command::Open { device, backbone, base, helpers });
        session
    }

    /// Send a command and let the engine work until it has nothing to do; gives what it said.
    pub fn ask(&mut self, command: Command) -> Vec<Event> {
        self.commands.unbounded_send(command).expect("the engine lives");
        self.pool.run_until_stalled();
        self.world.events.take()
    }
}
