//! Profiles in one file on this machine. One thread writes: it takes all changes that wait, in the order in which they came,
//! commits them together, and only then says so. Readers see the last commit and wait for nobody.

use std::path::Path;
use std::sync::Arc;

use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition};
use tokio::sync::{mpsc, oneshot};

use super::{Change, Changed, OnlyIf, Record, StoreError, Told, Whom, now};

const PROFILES: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("profiles");

/// How many changes may wait; who comes later waits to be let in.
const WAITING: usize = 4_096;
/// How many are committed together at most.
const TOGETHER: usize = 512;

#[derive(Debug, Clone)]
pub struct Embedded {
    file: Arc<Database>,
    changes: mpsc::Sender<Asked>,
}

#[derive(Debug)]
struct Asked {
    id: Box<str>,
    change: Change,
    only_if: OnlyIf,
    told: oneshot::Sender<Result<Changed, StoreError>>,
}

impl Embedded {
    /// The store in the file at `path`, made if it is not there.
    pub fn open(path: &Path, told: Told) -> Result<Self, StoreError> {
        let file = Database::create(path)
            .map_err(|error| StoreError::new(format!("{}: {error}", path.display())))?;
        // So that readers find a table.
        let begun = file.begin_write().map_err(StoreError::new)?;
        begun.open_table(PROFILES).map_err(StoreError::new)?;
        begun.commit().map_err(StoreError::new)?;
        let file = Arc::new(file);
        let (changes, asked) = mpsc::channel(WAITING);
        let writer = Writer { file: Arc::clone(&file), asked, told };
        std::thread::Builder::new()
            .name("profiles".to_owned())
            .spawn(move || writer.run())
            .map_err(StoreError::new)?;
        Ok(Self { file, changes })
    }

    pub async fn get(&self, id: &str) -> Result<Option<Record>, StoreError> {
        let (file, id) = (Arc::clone(&self.file), id.to_owned());
        let read = move || -> Result<Option<Record>, StoreError> {
            let begun = file.begin_read().map_err(StoreError::new)?;
            let table = begun.open_table(PROFILES).map_err(StoreError::new)?;
            let found = table.get(&*id).map_err(StoreError::new)?;
            found.map(|found| Record::from_json(found.value())).transpose()
        };
        tokio::task::spawn_blocking(read).await.map_err(StoreError::new)?
    }

    pub async fn change(&self, id: &str, change: Change, only_if: OnlyIf) -> Result<Changed, StoreError> {
        let (told, answer) = oneshot::channel();
        let asked = Asked { id: id.into(), change, only_if, told };
        self.changes.send(asked).await.map_err(|_| StoreError::new("the writer has ended"))?;
        answer.await.map_err(|_| StoreError::new("the writer has ended"))?
    }
}

struct Writer {
    file: Arc<Database>,
    asked: mpsc::Receiver<Asked>,
    told: Told,
}

impl Writer {
    /// Until nobody can ask any more.
    fn run(mut self) {
        let mut waiting = Vec::with_capacity(TOGETHER);
        while self.asked.blocking_recv_many(&mut waiting, TOGETHER) > 0 {
            let done = self.commit(&waiting);
            for (number, asked) in waiting.drain(..).enumerate() {
                let answer = match &done {
                    Ok(done) => {
                        done.get(number).cloned().unwrap_or_else(|| Err(StoreError::new("no answer")))
                    }
                    Err(error) => Err(error.clone()),
                };
                if matches!(answer, Ok(Changed::Kept { .. })) {
                    (self.told)(Whom::One(&asked.id));
                }
                // Whoever hung up meanwhile has it kept all the same.
                let _ = asked.told.send(answer);
            }
        }
    }

    /// All of it, or nothing; but for customers whose record cannot be read, who are told so and stay as they are.
    fn commit(&self, waiting: &[Asked]) -> Result<Vec<Result<Changed, StoreError>>, StoreError> {
        let begun = self.file.begin_write().map_err(StoreError::new)?;
        let mut done = Vec::with_capacity(waiting.len());
        {
            let mut table = begun.open_table(PROFILES).map_err(StoreError::new)?;
            for asked in waiting {
                let before = table.get(&*asked.id).map_err(StoreError::new)?;
                let before = before.map(|found| Record::from_json(found.value())).transpose();
                let after = before.and_then(|before| {
                    let (after, changed) = Record::after(before, asked.change.clone(), &asked.only_if, now());
                    Ok((after.map(|record| record.to_json()).transpose()?, changed))
                });
                let (after, changed) = match after {
                    Ok(after) => after,
                    Err(error) => {
                        done.push(Err(error));
                        continue;
                    }
                };
                if matches!(changed, Changed::Kept { .. }) {
                    let id = &*asked.id;
                    match after {
                        Some(bytes) => drop(table.insert(id, &*bytes).map_err(StoreError::new)?),
                        None => drop(table.remove(id).map_err(StoreError::new)?),
                    }
                }
                done.push(Ok(changed));
            }
        }
        begun.commit().map_err(StoreError::new)?;
        Ok(done)
    }
}
