//! Saying that work goes on, beside the work.
//!
//! Both are polled all the time: what is said may have to wait for a row that the work itself keeps until its transaction ends,
//! and whoever then asks only the one of them waits for ever.

use crate::Fault;
use std::future::Future;
use std::time::Duration;

/// Says every so often that it goes on, until it is over; dropped when the work is done. What could not be said is said the next
/// time, and the work goes on meanwhile.
pub async fn heartbeat<B>(every: Duration, says: impl Fn() -> B)
where
    B: Future<Output = Result<bool, Fault>>,
{
    loop {
        tokio::time::sleep(every).await;
        match says().await {
            Ok(true) => {}
            Ok(false) => return,
            Err(fault) => tracing::warn!(%fault, "it could not be said that the work goes on"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::sync::{Mutex, Notify};

    #[tokio::test]
    async fn what_could_not_be_said_is_said_again_while_the_work_goes_on() {
        let (said, thrice) = (AtomicUsize::new(0), Notify::new());
        let work = thrice.notified();
        let beats = heartbeat(Duration::from_millis(1), || async {
            match said.fetch_add(1, Ordering::SeqCst) {
                0 | 1 => Err(Fault::new("saying so", "the database is away")),
                _ => {
                    thrice.notify_one();
                    Ok(true)
                }
            }
        });
        tokio::select! {
            () = work => {}
            () = beats => panic!("it is not over"),
        }
    }

    #[tokio::test]
    async fn it_ends_when_the_work_is_somebody_elses() {
        heartbeat(Duration::from_millis(1), || async { Ok(false) }).await;
    }

    #[tokio::test]
    async fn a_beat_that_waits_for_what_the_work_keeps_stops_neither() {
        let (row, asked) = (Mutex::new(()), Notify::new());
        let work = async {
            let kept = row.lock().await;
            // The beat waits for the row by now.
            asked.notified().await;
            drop(kept);
            let _again = row.lock().await;
        };
        let beats = heartbeat(Duration::from_millis(1), || async {
            asked.notify_one();
            let _row = row.lock().await;
            Ok(true)
        });
        tokio::select! {
            () = work => {}
            () = beats => panic!("it is not over"),
        }
    }
}
