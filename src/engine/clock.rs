//! Where the time goes.

use std::time::Instant;

/// What took how long, in seconds.
pub(super) type Took = (&'static str, f64);

/// What took fewer seconds is not told.
pub(super) const WORTH_TELLING: f64 = 0.001;

pub(super) struct Clock {
    last: Instant,
    pub laps: Vec<Took>,
}

impl Clock {
    pub fn start() -> Self {
        Self { last: Instant::now(), laps: Vec::new() }
    }

    pub fn lap(&mut self, step: &'static str) {
        self.laps.push((step, self.last.elapsed().as_secs_f64()));
        self.last = Instant::now();
    }
}

/// What a part gave, and how many seconds it took.
pub(super) fn timed<T>(run: impl FnOnce() -> T) -> (T, f64) {
    let started = Instant::now();
    let result = run();
    (result, started.elapsed().as_secs_f64())
}
