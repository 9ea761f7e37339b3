//! Profiles in one file on this machine. One thread writes: it takes all changes that wait, in the order in which they came,
//! commits them together, and only then says so. Readers see the last commit and wait for nobody. After a disk that failed, as a
//! full one does, the file is opened anew as soon as the disk takes something again.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition};
use tokio::sync::{mpsc, oneshot};

use super::{Change, Changed, OnlyIf, Record, StoreError, Told, Whom, now};

const PROFILES: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("profiles");

/// How many changes may wait; who comes later waits to be let in.
const WAITING: usize = 4_096;
/// How many are committed together at most.
const TOGETHER: usize = 512;
/// How much of the file is held in memory at most, in bytes, beside the profiles that are held ready.
const CACHE: usize = 128 << 20;
/// How long to leave a disk alone that has failed.
const AGAIN: Duration = Duration::from_millis(250);
/// What a disk must take before the file is opened anew.
const PROBE: usize = 1 << 20;

#[derive(Debug, Clone)]
pub struct Embedded {
    file: Arc<File>,
    work: mpsc::Sender<Work>,
}

/// The file, while it is open.
#[derive(Debug)]
struct File {
    path: PathBuf,
    open: ArcSwapOption<Database>,
    /// Whether the last commit went through.
    writes: AtomicBool,
}

#[derive(Debug)]
enum Work {
    Change(Asked),
    End(oneshot::Sender<()>),
}

#[derive(Debug)]
struct Asked {
    id: Box<str>,
    change: Change,
    only_if: OnlyIf,
    told: oneshot::Sender<Result<Changed, StoreError>>,
}

impl File {
    fn open(path: &Path) -> Result<Database, StoreError> {
        let told = |error: &dyn std::fmt::Display| StoreError::new(format!("{}: {error}", path.display()));
        let file = Database::builder().set_cache_size(CACHE).create(path).map_err(|error| match error {
            redb::DatabaseError::DatabaseAlreadyOpen => {
                told(&"it is open already, perhaps by another service")
            }
            error => told(&error),
        })?;
        // So that readers find a table.
        let begun = file.begin_write().map_err(StoreError::new)?;
        begun.open_table(PROFILES).map_err(StoreError::new)?;
        begun.commit().map_err(StoreError::new)?;
        Ok(file)
    }
    fn database(&self) -> Result<Arc<Database>, StoreError> {
        self.open.load_full().ok_or_else(|| StoreError::new("the file of the profiles is not open"))
    }
    /// Opens it anew; whether it did. Those who still read go on with what they have, and must be gone first.
    fn open_again(&self) -> bool {
        if self.open.load().is_some() {
            if !self.disk_takes_something() {
                return false;
            }
            self.open.store(None);
        }
        match Self::open(&self.path) {
            Ok(file) => {
                self.open.store(Some(Arc::new(file)));
                self.writes.store(true, Ordering::Release);
                true
            }
            Err(error) => {
                tracing::error!(%error, "the file of the profiles cannot be opened anew");
                false
            }
        }
    }
}

impl File {
    /// Whether there is room beside it: tried in a file of no other name than this one's, and a process's own.
    fn disk_takes_something(&self) -> bool {
        let mut probe = self.path.clone().into_os_string();
        probe.push(format!(".{}.probe", std::process::id()));
        let Ok(mut file) = std::fs::File::create_new(&probe) else { return false };
        let takes = file.write_all(&vec![0; PROBE]).and_then(|()| file.sync_all()).is_ok();
        let _ = std::fs::remove_file(&probe);
        takes
    }
}

impl Embedded {
    /// The store in the file at `path`, made if it is not there.
    pub fn open(path: &Path, told: Told) -> Result<Self, StoreError> {
        let open = ArcSwapOption::from_pointee(File::open(path)?);
        let file = Arc::new(File { path: path.to_owned(), open, writes: AtomicBool::new(true) });
        let (work, asked) = mpsc::channel(WAITING);
        let writer = Writer { file: Arc::clone(&file), asked, told };
        std::thread::Builder::new()
            .name("profiles".to_owned())
            .spawn(move || writer.run())
            .map_err(StoreError::new)?;
        Ok(Self { file, work })
    }

    pub fn writes(&self) -> bool {
        self.file.writes.load(Ordering::Acquire) && !self.work.is_closed()
    }

    pub async fn close(&self) {
        let (told, ended) = oneshot::channel();
        if self.work.send(Work::End(told)).await.is_ok() {
            let _ = ended.await;
        }
    }

    pub async fn get(&self, id: &str) -> Result<Option<Record>, StoreError> {
        let (file, id) = (Arc::clone(&self.file), id.to_owned());
        let read = move || -> Result<Option<Record>, StoreError> {
            let begun = file.database()?.begin_read().map_err(StoreError::new)?;
            let table = begun.open_table(PROFILES).map_err(StoreError::new)?;
            let found = table.get(&*id).map_err(StoreError::new)?;
            found.map(|found| Record::from_json(found.value())).transpose()
        };
        tokio::task::spawn_blocking(read).await.map_err(StoreError::new)?
    }

    pub async fn change(&self, id: &str, change: Change, only_if: OnlyIf) -> Result<Changed, StoreError> {
        let (told, answer) = oneshot::channel();
        let asked = Work::Change(Asked { id: id.into(), change, only_if, told });
        self.work.send(asked).await.map_err(|_| StoreError::new("the writer has ended"))?;
        answer.await.map_err(|_| StoreError::new("the writer has ended"))?
    }
}

struct Writer {
    file: Arc<File>,
    asked: mpsc::Receiver<Work>,
    told: Told,
}

impl Writer {
    /// Until it is told to end, or nobody can ask any more.
    fn run(mut self) {
        let mut waiting = Vec::with_capacity(TOGETHER);
        while self.asked.blocking_recv_many(&mut waiting, TOGETHER) > 0 {
            let (mut changes, mut end) = (Vec::with_capacity(waiting.len()), None);
            for work in waiting.drain(..) {
                match work {
                    Work::Change(asked) => changes.push(asked),
                    Work::End(told) => end = Some(told),
                }
            }
            let failed = self.answer(changes);
            if let Some(told) = end {
                self.file.open.store(None);
                let _ = told.send(());
                return;
            }
            if let Some(error) = failed {
                self.wait_for_the_disk(&error);
            }
        }
    }

    /// Commits and tells; gives the error of the whole, if there was one.
    fn answer(&self, changes: Vec<Asked>) -> Option<StoreError> {
        if changes.is_empty() {
            return None;
        }
        let (asked, told): (Vec<_>, Vec<_>) = changes
            .into_iter()
            .map(|Asked { id, change, only_if, told }| ((id, change, only_if), told))
            .unzip();
        let ids: Vec<Box<str>> = asked.iter().map(|(id, ..)| id.clone()).collect();
        let (done, failed) = match self.commit(asked) {
            Ok(done) => (done, None),
            Err(error) => {
                // Before anybody is told.
                self.file.writes.store(false, Ordering::Release);
                (vec![Err(error.clone()); ids.len()], Some(error))
            }
        };
        for ((answer, id), told) in done.into_iter().zip(ids).zip(told) {
            if matches!(answer, Ok(Changed::Kept { .. })) {
                (self.told)(Whom::One(&id));
            }
            // Whoever hung up meanwhile has it kept all the same.
            let _ = told.send(answer);
        }
        failed
    }

    /// All of it, or nothing; but for customers whose record cannot be read, who are told so and stay as they are.
    fn commit(
        &self,
        waiting: Vec<(Box<str>, Change, OnlyIf)>,
    ) -> Result<Vec<Result<Changed, StoreError>>, StoreError> {
        let begun = self.file.database()?.begin_write().map_err(StoreError::new)?;
        let mut done = Vec::with_capacity(waiting.len());
        {
            let mut table = begun.open_table(PROFILES).map_err(StoreError::new)?;
            for (id, change, only_if) in waiting {
                let after = {
                    let before = table.get(&*id).map_err(StoreError::new)?;
                    Record::after(before.as_ref().map(|found| found.value()), change, &only_if, now())
                };
                if let Ok((after, Changed::Kept { .. })) = &after {
                    match after {
                        Some(bytes) => drop(table.insert(&*id, &**bytes).map_err(StoreError::new)?),
                        None => drop(table.remove(&*id).map_err(StoreError::new)?),
                    }
                }
                done.push(after.map(|(_, changed)| changed));
            }
        }
        begun.commit().map_err(StoreError::new)?;
        Ok(done)
    }

    /// Refuses whatever is asked until the file is open anew.
    fn wait_for_the_disk(&mut self, error: &StoreError) {
        tracing::error!(%error, "nothing is kept any more; the file is opened anew once the disk takes something");
        while !self.file.open_again() {
            while let Ok(work) = self.asked.try_recv() {
                match work {
                    Work::Change(asked) => drop(asked.told.send(Err(error.clone()))),
                    Work::End(told) => {
                        self.file.open.store(None);
                        let _ = told.send(());
                        self.asked.close();
                    }
                }
            }
            if self.asked.is_closed() {
                return;
            }
            std::thread::sleep(AGAIN);
        }
        // What failed may have been written all the same.
        (self.told)(Whom::All);
        tracing::info!("profiles are kept again");
    }
}
