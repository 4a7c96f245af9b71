//! A length of time as people type it: a number, and its unit beside it.

/// The units to choose from.
pub fn span_units() -> Vec<(String, String)> {
    ["days", "hours", "minutes"].map(|unit| (unit.to_owned(), unit.to_owned())).to_vec()
}

/// A number and its largest whole unit.
pub fn number_and_unit(minutes: u32) -> (String, String) {
    let (number, unit) = match minutes {
        n if n % (24 * 60) == 0 => (n / (24 * 60), "days"),
        n if n % 60 == 0 => (n / 60, "hours"),
        n => (n, "minutes"),
    };
    (number.to_string(), unit.to_owned())
}
