//! Looking whether accounts are still what they were: somebody there may have deleted one, switched it off or renamed it.

use super::{Scim, ScimFault, id, object};
use crate::outgoing::Ask;
use crate::scim::{MEMBERS_MAX_BYTES, SEARCH_COUNT};
use crate::target::Known;
use model::target::Reach;
use serde_json::Value;
use std::collections::BTreeMap;

impl Scim<'_> {
    /// The places of those among `known` who are gone or otherwise. The people are read page by page where that takes fewer
    /// questions than asking about each alone. At most `most` questions are asked.
    pub async fn changed(&self, known: &[Known<'_>], most: usize) -> Result<Vec<usize>, ScimFault> {
        let (mut unseen, mut changed): (BTreeMap<&str, usize>, Vec<usize>) = (BTreeMap::new(), Vec::new());
        for (at, one) in known.iter().enumerate() {
            unseen.insert(one.id, at);
        }
        let (mut start, mut asked) = (1, 0);
        while !unseen.is_empty() && asked < most {
            asked += 1;
            let (page, total) = match self.page(start).await {
                Ok(page) => page,
                // It does not list people, or not for this token: they are asked about one by one.
                Err(fault) if !fault.reach().is_of_everybody() => break,
                Err(fault) => return Err(fault),
            };
            for one in &page {
                let Some(at) = one.get("id").and_then(Value::as_str).and_then(|id| unseen.remove(id)) else { continue };
                if known.get(at).is_some_and(|known| is_otherwise(one, known)) {
                    changed.push(at);
                }
            }
            start += page.len();
            let left = total.saturating_sub(start.saturating_sub(1));
            if page.is_empty() || left == 0 || left.div_ceil(page.len()) > unseen.len() {
                break;
            }
        }
        // In the order in which they are known, so that whoever was not asked about is the first the next time.
        let alone = known.iter().enumerate().filter(|(at, one)| unseen.get(one.id) == Some(at));
        for (at, one) in alone.take(most.saturating_sub(asked)) {
            match self.is_otherwise_alone(one).await {
                Ok(true) => changed.push(at),
                Ok(false) => {}
                Err(fault) if fault.reach() == Reach::One => {}
                Err(fault) => return Err(fault),
            }
        }
        Ok(changed)
    }

    async fn is_otherwise_alone(&self, known: &Known<'_>) -> Result<bool, ScimFault> {
        let what = "Looking the account up";
        match self.ask(what, Ask::get(&self.url(&["Users", known.id], &[])?)).await {
            Err(fault) if fault.is_missing() => Ok(true),
            Err(fault) => Err(fault),
            Ok(answer) => {
                let found = object(what, &answer)?;
                Ok(id(what, &found)? != known.id || is_otherwise(&found, known))
            }
        }
    }

    /// The people from this place on, and how many there are.
    async fn page(&self, start: usize) -> Result<(Vec<Value>, usize), ScimFault> {
        let what = "Reading the people";
        let (start, count) = (start.to_string(), SEARCH_COUNT.to_string());
        let query = [("attributes", "userName,active"), ("startIndex", &start), ("count", &count)];
        let answer = self.ask(what, Ask::get(&self.url(&["Users"], &query)?).at_most(MEMBERS_MAX_BYTES)).await?;
        let mut list = object(what, &answer)?;
        let total = list.get("totalResults").and_then(Value::as_u64).and_then(|total| usize::try_from(total).ok());
        let total = total.ok_or(ScimFault::Unreadable { what })?;
        match list.get_mut("Resources").map(Value::take) {
            Some(Value::Array(found)) => Ok((found, total)),
            None | Some(Value::Null) => Ok((Vec::new(), total)),
            Some(_) => Err(ScimFault::Unreadable { what }),
        }
    }
}

/// Whether an account is called otherwise than it was, or is switched otherwise. What it does not say is as it was.
fn is_otherwise(account: &Value, known: &Known<'_>) -> bool {
    let named = account.get("userName").and_then(Value::as_str);
    let active = account.get("active").and_then(Value::as_bool);
    named.is_some_and(|named| named.to_lowercase() != known.user_name.to_lowercase())
        || active.is_some_and(|active| active != known.active)
}
