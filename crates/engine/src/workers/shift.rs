//! Steps one after the other, also after one that panicked: a defect that one row meets must not end what everybody waits for.

use super::Found;
use crate::Fault;
use tokio_util::sync::CancellationToken;

/// What a worker does over and over.
pub trait Shift: Send {
    fn step(&self) -> impl Future<Output = Result<Found, Fault>> + Send + 'static;

    /// Until the next step.
    fn rest(&mut self, found: Result<Found, Fault>) -> impl Future<Output = ()> + Send;
}

/// Works until it is asked to stop; the step that runs then is the last.
pub async fn work(mut shift: impl Shift, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let found = caught(shift.step()).await;
        shift.rest(found).await;
    }
}

/// The same, and a panic is a fault.
pub async fn caught<T: Send + 'static>(work: impl Future<Output = Result<T, Fault>> + Send + 'static) -> Result<T, Fault> {
    match tokio::spawn(work).await {
        Ok(done) => done,
        Err(ended) => Err(Fault::new("working in the background", said(ended))),
    }
}

/// What it said when it panicked.
fn said(ended: tokio::task::JoinError) -> String {
    let Ok(panic) = ended.try_into_panic() else { return "it was broken off".to_owned() };
    let words = panic.downcast_ref::<String>().cloned();
    let words = words.or_else(|| panic.downcast_ref::<&str>().map(|words| (*words).to_owned()));
    words.map_or_else(|| "it panicked".to_owned(), |words| format!("it panicked: {words}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// Panics the first time.
    struct Breaks {
        steps: Arc<AtomicUsize>,
        rests: Vec<Result<Found, String>>,
        stop: CancellationToken,
    }

    impl Shift for &mut Breaks {
        fn step(&self) -> impl Future<Output = Result<Found, Fault>> + Send + 'static {
            let steps = Arc::clone(&self.steps);
            async move {
                assert!(steps.fetch_add(1, Ordering::SeqCst) > 0, "row 7 is a surprise");
                Ok(Found::Work)
            }
        }

        async fn rest(&mut self, found: Result<Found, Fault>) {
            self.rests.push(found.map_err(|fault| fault.to_string()));
            if self.rests.len() == 3 {
                self.stop.cancel();
            }
        }
    }

    #[tokio::test]
    async fn a_step_that_panics_is_a_fault_and_the_next_one_is_done_all_the_same() {
        let stop = CancellationToken::new();
        let mut breaks = Breaks { steps: Arc::default(), rests: Vec::new(), stop: stop.clone() };
        work(&mut breaks, stop).await;
        let panicked = "while working in the background: it panicked: row 7 is a surprise".to_owned();
        assert_eq!(breaks.rests, [Err(panicked), Ok(Found::Work), Ok(Found::Work)]);
    }
}
