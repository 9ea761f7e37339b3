//! Lets so many connections in at once, and closes whatever else comes. One that says nothing, or only half of what version of HTTP it
//! speaks, is shown out as well, as is one that asks and does not listen: they must not keep others out.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::middleware::AddExtension;
use axum_server::accept::Accept;
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_io_timeout::TimeoutStream;
use tower_layer::Layer as _;

#[derive(Debug, Clone)]
pub struct Doorman {
    places: Arc<Semaphore>,
    patience: Duration,
}

/// Held by a connection as long as it is there.
type Place = Arc<OwnedSemaphorePermit>;

/// How a connection of HTTP/2 begins, which is not spoken here. No method of HTTP/1.1 does.
const HTTP_2: &[u8] = b"PRI";
/// How often to look at what has come, where it may still become either.
const LOOKS: Duration = Duration::from_millis(50);

impl Doorman {
    /// `most`: how many may be in at once; `patience`: how long one may take to begin, and to take what it is sent.
    pub fn new(most: u32, patience: Duration) -> Self {
        Self { places: Arc::new(Semaphore::new(most as usize)), patience }
    }
}

impl<S: Send + 'static> Accept<TcpStream, S> for Doorman {
    type Stream = Pin<Box<TimeoutStream<TcpStream>>>;
    type Service = AddExtension<S, Place>;
    type Future = Pin<Box<dyn Future<Output = io::Result<(Self::Stream, Self::Service)>> + Send>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let (place, patience) = (Arc::clone(&self.places).try_acquire_owned(), self.patience);
        Box::pin(async move {
            let Ok(place) = place else {
                metrics::counter!("maitre_connections_refused_total").increment(1);
                return Err(io::Error::other("too many connections"));
            };
            tokio::time::timeout(patience, begins(&stream)).await??;
            let mut stream = TimeoutStream::new(stream);
            stream.set_write_timeout(Some(patience));
            Ok((Box::pin(stream), Extension(Arc::new(place)).layer(service)))
        })
    }
}

/// Waits until a connection has begun to speak HTTP/1.
async fn begins(stream: &TcpStream) -> io::Result<()> {
    let mut first = [0; HTTP_2.len()];
    loop {
        let count = stream.peek(&mut first).await?;
        let said = first.get(..count).unwrap_or_default();
        if said.is_empty() || said == HTTP_2 {
            return Err(io::Error::other("no connection of HTTP/1"));
        }
        if !HTTP_2.starts_with(said) {
            return Ok(());
        }
        tokio::time::sleep(LOOKS).await;
    }
}
