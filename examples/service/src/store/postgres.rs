//! Profiles in a PostgreSQL database, which several services share. A change locks its customer for the length of one
//! transaction, so that changes of one customer come one after the other, whoever makes them; the commit tells all services of it.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Pool, PoolError, RecyclingMethod};
use futures_util::{StreamExt as _, stream};
use tokio::sync::oneshot;
use tokio::time::error::Elapsed;
use tokio_postgres::{AsyncMessage, Client, Config};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{Change, Changed, OnlyIf, Record, StoreError, Told, Whom, now, tls};

/// `version` stands beside the record for those who look at the table.
const TABLE: &str = "CREATE TABLE IF NOT EXISTS maitre_profiles (\
     id text PRIMARY KEY, version bigint NOT NULL, record text NOT NULL)";
const LOCK: &str = "SELECT pg_advisory_xact_lock(hashtextextended($1, 6174))";
const READ: &str = "SELECT record FROM maitre_profiles WHERE id = $1";
const WRITE: &str = "INSERT INTO maitre_profiles (id, version, record) VALUES ($1, $2, $3) \
     ON CONFLICT (id) DO UPDATE SET version = $2, record = $3";
const FORGET: &str = "DELETE FROM maitre_profiles WHERE id = $1";
const TELL: &str = "SELECT pg_notify('maitre_profiles', $1)";
const HEAR: &str = "LISTEN maitre_profiles";

/// How many connections are open at most.
const CONNECTIONS: usize = 16;
/// How long to wait for one, and before the next try to listen.
const PATIENCE: Duration = Duration::from_secs(5);
const AGAIN: Duration = Duration::from_millis(500);
/// How often the database is asked whether it is there, and how long it may take: for twice as long somebody may be decided by
/// what another service changed meanwhile.
const HEARTBEAT: Duration = Duration::from_secs(2);

pub struct Postgres {
    pool: Pool,
    told: Arc<Told>,
    hears: Arc<AtomicBool>,
}

impl Postgres {
    pub async fn open(url: &str, signed_by: Option<&Path>, told: Told) -> Result<Self, StoreError> {
        // Other programs have more words for it; here whoever is encrypted is also verified.
        let url = url
            .replace("sslmode=verify-full", "sslmode=require")
            .replace("sslmode=verify-ca", "sslmode=require");
        // The cause may repeat the password.
        let mut database: Config = url.parse().map_err(|_| {
            StoreError::new(
                "the database's address makes no sense; as `postgres://name@host/database`, with \
                 `?sslmode=require` behind it to be encrypted",
            )
        })?;
        if database.get_connect_timeout().is_none() {
            database.connect_timeout(PATIENCE);
        }
        if database.get_tcp_user_timeout().is_none() {
            database.tcp_user_timeout(PATIENCE);
        }
        let tls = tls::of(&mut database, signed_by)?;
        let how = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = Manager::from_config(database.clone(), tls.clone(), how);
        let pool = Pool::builder(manager)
            .max_size(CONNECTIONS)
            .wait_timeout(Some(PATIENCE))
            .create_timeout(Some(PATIENCE))
            .recycle_timeout(Some(PATIENCE))
            .runtime(deadpool_postgres::Runtime::Tokio1)
            .build()
            .map_err(StoreError::new)?;
        let client =
            pool.get().await.map_err(|error| StoreError::new(format!("the database: {}", unlent(&error))))?;
        prepare(&client).await?;
        drop(client);
        let store = Self { pool, told: Arc::new(told), hears: Arc::new(AtomicBool::new(false)) };
        let (ready, heard) = oneshot::channel();
        tokio::spawn(hear(database, tls, Arc::clone(&store.told), Arc::clone(&store.hears), ready));
        // Without it everything is read anew, and right.
        let _ = tokio::time::timeout(PATIENCE, heard).await;
        Ok(store)
    }

    pub fn hears(&self) -> bool {
        self.hears.load(Ordering::Acquire)
    }

    pub async fn get(&self, id: &str) -> Result<Option<Record>, StoreError> {
        let mut lent = self.lend().await?;
        let read = async {
            let client = lent.client()?;
            let read = client.prepare_cached(READ).await.map_err(failed)?;
            let row = client.query_opt(&read, &[&id]).await.map_err(failed)?;
            row.as_ref().map(|row| Record::from_json(record(row)?)).transpose()
        };
        let answer = in_time(read).await;
        lent.answered(answer)
    }

    pub async fn change(&self, id: &str, change: Change, only_if: OnlyIf) -> Result<Changed, StoreError> {
        let mut lent = self.lend().await?;
        let answer = in_time(self.changed(&mut lent, id, change, only_if)).await;
        lent.answered(answer)
    }

    async fn changed(
        &self,
        lent: &mut Lent,
        id: &str,
        change: Change,
        only_if: OnlyIf,
    ) -> Result<Changed, StoreError> {
        let begun = lent.client()?.transaction().await.map_err(failed)?;
        begun.execute(&begun.prepare_cached(LOCK).await.map_err(failed)?, &[&id]).await.map_err(failed)?;
        let read = begun.prepare_cached(READ).await.map_err(failed)?;
        let row = begun.query_opt(&read, &[&id]).await.map_err(failed)?;
        let before = row.as_ref().map(record).transpose()?;
        let (after, changed) = Record::after(before, change, &only_if, now())?;
        let Changed::Kept { now: version, .. } = changed else {
            begun.rollback().await.map_err(failed)?;
            return Ok(changed);
        };
        match (after, version) {
            (Some(bytes), Some(version)) => {
                let text = String::from_utf8(bytes).map_err(StoreError::new)?;
                let version = i64::try_from(version).map_err(StoreError::new)?;
                let write = begun.prepare_cached(WRITE).await.map_err(failed)?;
                begun.execute(&write, &[&id, &version, &text]).await.map_err(failed)?;
            }
            _ => {
                let forget = begun.prepare_cached(FORGET).await.map_err(failed)?;
                begun.execute(&forget, &[&id]).await.map_err(failed)?;
            }
        }
        begun.execute(&begun.prepare_cached(TELL).await.map_err(failed)?, &[&id]).await.map_err(failed)?;
        // Also where the answer to the commit is lost, or not waited for: it may have been one.
        let _tells = Tells { told: &self.told, id };
        begun.commit().await.map_err(failed)?;
        Ok(changed)
    }

    async fn lend(&self) -> Result<Lent, StoreError> {
        self.pool
            .get()
            .await
            .map(|client| Lent(Some(client)))
            .map_err(|error| StoreError::new(unlent(&error)))
    }
}

/// What stands in a row. The table may be somebody else's.
fn record(row: &tokio_postgres::Row) -> Result<&[u8], StoreError> {
    row.try_get::<_, &str>(0).map(str::as_bytes).map_err(failed)
}

/// Tells of a change when it is dropped.
struct Tells<'a> {
    told: &'a Told,
    id: &'a str,
}

impl Drop for Tells<'_> {
    fn drop(&mut self) {
        (self.told)(Whom::One(self.id));
    }
}

/// A connection for one question. One whose answer nobody waited for is not used again: it may be dead, or amid a transaction.
struct Lent(Option<deadpool_postgres::Client>);

impl Lent {
    fn client(&mut self) -> Result<&mut deadpool_postgres::Client, StoreError> {
        self.0.as_mut().ok_or_else(|| StoreError::new("the connection was given back"))
    }
    /// Gives it back, if it has answered.
    fn answered<T>(mut self, answer: Result<Result<T, StoreError>, Elapsed>) -> Result<T, StoreError> {
        let answer = answer.map_err(|_| StoreError::new("the database does not answer"))?;
        drop(self.0.take());
        answer
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(client) = self.0.take() {
            drop(deadpool_postgres::Client::take(client));
        }
    }
}

async fn in_time<T>(work: impl Future<Output = T>) -> Result<T, Elapsed> {
    tokio::time::timeout(PATIENCE, work).await
}

/// Makes the table if it is not there, which whoever may only read and write it need not be allowed.
async fn prepare(client: &deadpool_postgres::Client) -> Result<(), StoreError> {
    let encoding = client.query_one("SHOW server_encoding", &[]).await.map_err(failed)?;
    let encoding: &str = encoding.try_get(0).map_err(failed)?;
    if encoding != "UTF8" {
        return Err(StoreError::new(format!("the database keeps its texts as {encoding}, and must as UTF8")));
    }
    let is_there = client.query_one("SELECT to_regclass('maitre_profiles') IS NOT NULL", &[]).await;
    if is_there.and_then(|row| row.try_get(0)).map_err(failed)? {
        return Ok(());
    }
    // Two services that start at once would both make it.
    let made = format!("BEGIN; SELECT pg_advisory_xact_lock(6174); {TABLE}; COMMIT");
    client.batch_execute(&made).await.map_err(|error| {
        StoreError::new(format!("{}\nthe table of the profiles is made by: {TABLE}", failed(error)))
    })
}

/// Hears of what others commit, as long as the service runs. What they committed while nobody listened may have been anything.
async fn hear(
    database: Config,
    tls: MakeRustlsConnect,
    told: Arc<Told>,
    hears: Arc<AtomicBool>,
    ready: oneshot::Sender<()>,
) {
    let mut ready = Some(ready);
    // Said once, and again when it has been heard meanwhile.
    let mut is_told = false;
    loop {
        let lost = heard(&database, &tls, &told, &hears, &mut ready).await;
        let was_heard = hears.swap(false, Ordering::AcqRel);
        if was_heard || !is_told {
            let error = lost;
            tracing::warn!(%error, "the database is not heard; profiles are read anew until it is");
            is_told = true;
        }
        tokio::time::sleep(AGAIN).await;
    }
}

/// Hears over one connection until it is lost; gives why.
async fn heard(
    database: &Config,
    tls: &MakeRustlsConnect,
    told: &Told,
    hears: &AtomicBool,
    ready: &mut Option<oneshot::Sender<()>>,
) -> StoreError {
    let (client, mut connection) = match in_time(database.connect(tls.clone())).await {
        Ok(Ok(connected)) => connected,
        Ok(Err(error)) => return failed(error),
        Err(late) => return StoreError::new(late),
    };
    let mut messages = stream::poll_fn(move |context| connection.poll_message(context));
    let hearing = async {
        loop {
            match messages.next().await {
                Some(Ok(AsyncMessage::Notification(note))) => told(Whom::One(note.payload())),
                Some(Ok(_)) => {}
                Some(Err(error)) => return failed(error),
                None => return StoreError::new("the connection was closed"),
            }
        }
    };
    tokio::select! {
        error = listen(client, told, hears, ready) => error,
        error = hearing => error,
    }
}

/// Until the database does not answer; gives why.
async fn listen(
    client: Client,
    told: &Told,
    hears: &AtomicBool,
    ready: &mut Option<oneshot::Sender<()>>,
) -> StoreError {
    let begun = in_time(client.batch_execute(HEAR)).await;
    if let Some(error) = silent(begun) {
        return error;
    }
    told(Whom::All);
    hears.store(true, Ordering::Release);
    // Whoever waited may have gone on without.
    let _ = ready.take().map(|ready| ready.send(()));
    // A connection may be dead without saying so.
    loop {
        tokio::time::sleep(HEARTBEAT).await;
        let beat = tokio::time::timeout(HEARTBEAT, client.simple_query("")).await;
        if let Some(error) = silent(beat) {
            return error;
        }
    }
}

/// Why there is no answer, if there is none.
fn silent<T>(answer: Result<Result<T, tokio_postgres::Error>, Elapsed>) -> Option<StoreError> {
    match answer {
        Ok(Ok(_)) => None,
        Ok(Err(error)) => Some(failed(error)),
        Err(late) => Some(StoreError::new(late)),
    }
}

/// Of what the database says only what it names of its own: its details have rows in them, and end up in the log.
fn failed(error: tokio_postgres::Error) -> StoreError {
    StoreError::new(told(&error))
}

fn told(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(error) => format!("{}: {} ({})", error.severity(), error.message(), error.code().code()),
        None => whole(error),
    }
}

/// Why there is no connection.
fn unlent(error: &PoolError) -> String {
    if let PoolError::Backend(error) = error { told(error) } else { whole(error) }
}

/// An error with its causes.
fn whole(error: &dyn std::error::Error) -> String {
    let mut told = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        told += &format!(": {next}");
        cause = next.source();
    }
    told
}

impl std::fmt::Debug for Postgres {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Postgres").finish_non_exhaustive()
    }
}
