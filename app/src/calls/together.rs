//! Several things with one form. Each is a change of its own under the rules of a single one: what one of them meets
//! does not hold up the others, and what was left is listed with its reason.

use super::{Call, CallError, Reply, answered};
use crate::door::{Caller, Problem};
use crate::flash::{Left, Unfinished};
use crate::parts::verification::PROVABLE;
use model::command::{Command, Done};
use model::limits::CHANGED_TOGETHER_MAX;
use model::{Refusal, Refused};

/// How a form of many is spoken of.
pub struct Together {
    /// The form's endpoint.
    pub form: &'static str,
    /// One of what was selected: `request`
    pub one: &'static str,
    /// What was done to it: `approved`
    pub did: &'static str,
    /// What was not, as a word for whatever the form does: `decided`
    pub undone: &'static str,
    /// Where the page goes on.
    pub go: String,
}

/// What the ticked rows sent, each once; a value is read by `read`.
pub fn selected<T: PartialEq>(chosen: &[String], one: &'static str, read: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, Refusal> {
    let mut selected: Vec<T> = Vec::new();
    for text in chosen {
        let read = read(text).ok_or_else(|| Refusal::Malformed {
            field: "chosen".to_owned(),
            message: format!("What was selected is not a list of {one}s. Open the page again and select there."),
        })?;
        if !selected.contains(&read) {
            selected.push(read);
        }
        if selected.len() > CHANGED_TOGETHER_MAX {
            return Err(Refusal::TooManySelected { one: one.to_owned(), limit: CHANGED_TOGETHER_MAX, selected: chosen.len() });
        }
    }
    if selected.is_empty() { Err(Refusal::NothingSelected { one: one.to_owned() }) } else { Ok(selected) }
}

/// Submits a command for each of what was selected, and says what became of all of them.
pub async fn each<T, N: Future<Output = String>>(
    caller: &Caller,
    words: Together,
    chosen: Result<Vec<T>, Refusal>,
    command: impl Fn(&T) -> Command,
    named: impl Fn(T) -> N,
) -> Call<Reply> {
    let Together { form, one, did, undone, go } = words;
    let chosen = match chosen {
        Ok(chosen) => chosen,
        Err(refusal) => return answered(caller, form, Reply::Refused(refusal.into())).await,
    };
    let all = chosen.len();
    let (done, left) = done_for_each(caller, chosen, command, named).await?;
    let done = done.len();
    // When all of them were refused for the same field, the form is wrong and not what was selected: it is said once, there.
    // So is what has to be proved before any of them.
    if done == 0
        && let Some(Left { why, .. }) = left.first()
        && (why.field.is_some() || PROVABLE.contains(&why.code.as_str()))
        && left.iter().all(|other| other.why.field == why.field && (why.field.is_some() || other.why.code == why.code))
    {
        return answered(caller, form, Reply::Refused(why.clone())).await;
    }
    let count = |n: usize| model::time::count(i64::try_from(n).unwrap_or(0), one);
    let reply = if left.is_empty() {
        Reply::Done { message: format!("You {did} {}.", count(done)), go }
    } else {
        let message = match (done, left.len()) {
            (0, 1) => format!("The {one} was not {undone}:"),
            (0, _) => format!("None of the {} was {undone}:", count(all)),
            (done, _) => format!("You {did} {done} of {}. These were not {undone}:", count(all)),
        };
        Reply::Unfinished(Unfinished { message, left })
    };
    answered(caller, form, reply).await
}

/// Submits a command for each: what was done, and what was left with its reason.
pub async fn done_for_each<T, N: Future<Output = String>>(
    caller: &Caller,
    chosen: Vec<T>,
    command: impl Fn(&T) -> Command,
    named: impl Fn(T) -> N,
) -> Call<(Vec<Done>, Vec<Left>)> {
    let (mut done, mut left) = (Vec::new(), Vec::new());
    for each in chosen {
        let why = match caller.0.submit(command(&each)).await {
            Ok(what) => {
                done.push(what);
                continue;
            }
            Err(Problem::Refused(Refusal::SignInNeeded)) => return Err(CallError::SignIn),
            Err(Problem::Refused(refusal)) => refusal.into(),
            Err(problem @ Problem::Broken { .. }) => {
                let sentence = CallError::from(problem).to_string();
                Refused { code: "broken".to_owned(), sentence, field: None, link: None }
            }
        };
        left.push(Left { what: named(each).await, why });
    }
    Ok((done, left))
}
