//! Whether anything follows from somebody getting or losing something, before it is asked what.

use crate::{Fault, Link};

/// What there is that looks at who has what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Follows {
    /// Targets are told.
    pub targets: bool,
    /// Groups with a rule are asked again.
    pub rules: bool,
}

pub async fn follows(link: &mut Link) -> Result<Follows, Fault> {
    let row: Option<(bool, bool)> =
        row!(link, "select exists (select 1 from targets where enabled), exists (select 1 from groups where rule is not null)")?;
    Ok(row.map_or(Follows { targets: true, rules: true }, |(targets, rules)| Follows { targets, rules }))
}
