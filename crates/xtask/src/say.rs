//! What a person sees: one line for each step, with the time it took.

use std::io::Write as _;
use std::time::{Duration, Instant};

/// Does one step and says so. The reason of a failure is left to the caller, who knows whether to go on.
pub fn step<T>(what: &str, work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    print!("▸ {what} … ");
    flush();
    let started = Instant::now();
    let result = work();
    let took = seconds(started.elapsed());
    match &result {
        Ok(_) => println!(" {took}"),
        Err(_) => println!(" failed after {took}"),
    }
    flush();
    result
}

/// A fact worth a line, that took no time.
pub fn note(words: &str) {
    println!("· {words}");
    flush();
}

/// The full story of a failure, where the work goes on nevertheless.
pub fn failure(reason: &str) {
    flush();
    eprintln!("{}\n", reason.trim_end());
}

/// `12.3 s`, and minutes from where seconds are no longer read easily.
pub fn seconds(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 100.0 {
        format!("{seconds:.1} s")
    } else {
        let whole = time.as_secs();
        format!("{} min {:02} s", whole / 60, whole % 60)
    }
}

/// `1.2 MB`, in thousands as browsers and networks count.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{}.{} kB", bytes / 1_000, bytes % 1_000 / 100),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

fn flush() {
    // A closed output is no reason to stop working.
    std::io::stdout().flush().unwrap_or_default();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_at_a_glance() {
        assert_eq!(seconds(Duration::from_millis(1_260)), "1.3 s");
        assert_eq!(seconds(Duration::from_secs(185)), "3 min 05 s");
    }

    #[test]
    fn sizes_are_read_at_a_glance() {
        assert_eq!(size(812), "812 B");
        assert_eq!(size(165_432), "165.4 kB");
        assert_eq!(size(12_345_678), "12.3 MB");
    }
}
