//! Hashing and checking passwords: the one place that does either. Each takes tens of milliseconds of a core and 19 MiB, on
//! purpose, so that only as many are at work at once as there are cores, however many strangers knock.

use crate::Fault;
use model::command::Secret;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Whoever hashes takes a place, and gives it back when the work is done.
pub struct Hashing {
    places: Arc<Semaphore>,
    count: u32,
}

impl Default for Hashing {
    fn default() -> Self {
        Self::with_places(std::thread::available_parallelism().map_or(1, |cores| u32::try_from(cores.get()).unwrap_or(1)))
    }
}

impl Hashing {
    fn with_places(count: u32) -> Self {
        Self { places: Arc::new(Semaphore::new(usize::try_from(count).unwrap_or(1))), count }
    }

    /// What is stored of a password.
    pub async fn hash(&self, password: Secret) -> Result<String, Fault> {
        self.aside(move || auth::hash_password(&password.0)).await?.map_err(|error| Fault::new("hashing a password", error))
    }

    /// Whether this is the password. Without a hash it takes as long, and is not.
    pub async fn verify(&self, password: Secret, hash: Option<String>) -> Result<bool, Fault> {
        self.aside(move || match hash {
            Some(hash) => auth::verify_password(&password.0, &hash),
            None => {
                auth::verify_nobody(&password.0);
                false
            }
        })
        .await
    }

    /// All places, so that nothing is hashed until they are given back.
    pub async fn stop(&self) -> Result<OwnedSemaphorePermit, Fault> {
        Arc::clone(&self.places).acquire_many_owned(self.count).await.map_err(|error| Fault::new("stopping to hash", error))
    }

    /// On a thread of its own, which keeps the place also when nobody waits for it any more.
    async fn aside<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Fault> {
        let waiting = |error: Box<dyn std::error::Error + Send + Sync>| Fault::new("waiting for a password's hash", error);
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(|error| waiting(error.into()))?;
        let working = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(place);
            done
        });
        working.await.map_err(|error| waiting(error.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::sync::oneshot;

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn no_more_work_at_once_than_there_are_places_also_when_whoever_asked_went_away() {
        let hashing = Arc::new(Hashing::with_places(2));
        let (at_work, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let asks: Vec<_> = (0..20)
            .map(|n| {
                let (hashing, at_work, most) = (Arc::clone(&hashing), Arc::clone(&at_work), Arc::clone(&most));
                let asked = tokio::spawn(async move {
                    let work = move || {
                        most.fetch_max(at_work.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        std::thread::yield_now();
                        at_work.fetch_sub(1, Ordering::SeqCst);
                    };
                    hashing.aside(work).await
                });
                if n % 3 == 0 {
                    asked.abort();
                }
                asked
            })
            .collect();
        for asked in asks {
            let _ = asked.await;
        }
        drop(hashing.stop().await.unwrap());
        assert!((1..=2).contains(&most.load(Ordering::SeqCst)), "{most:?}");
        assert_eq!(hashing.places.available_permits(), 2);
    }

    #[tokio::test]
    async fn whoever_went_away_keeps_their_place_until_the_work_is_done() {
        let hashing = Arc::new(Hashing::with_places(2));
        let (started, begun) = oneshot::channel();
        let (go, goes) = std::sync::mpsc::channel::<()>();
        let asks = Arc::clone(&hashing);
        let asked = tokio::spawn(async move {
            let work = move || {
                started.send(()).unwrap();
                goes.recv().unwrap();
            };
            asks.aside(work).await
        });
        begun.await.unwrap();
        asked.abort();
        assert!(asked.await.unwrap_err().is_cancelled());
        assert_eq!(hashing.places.available_permits(), 1, "it is at work still");
        go.send(()).unwrap();
        drop(hashing.stop().await.unwrap());
        assert_eq!(hashing.places.available_permits(), 2);
    }

    #[tokio::test]
    async fn a_password_is_its_own_and_nobody_has_none() {
        let hashing = Hashing::default();
        let password = || Secret("correct horse battery staple".to_owned());
        let hash = hashing.hash(password()).await.unwrap();
        assert!(hashing.verify(password(), Some(hash.clone())).await.unwrap());
        assert!(!hashing.verify(Secret("wrong".to_owned()), Some(hash)).await.unwrap());
        assert!(!hashing.verify(password(), None).await.unwrap());
    }
}
