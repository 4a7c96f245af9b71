//! Reading: what pages ask, and how the answers come to them.
//!
//! While a page is made on the server, it never waits: what it asks is looked up in [`Prepared`]. What is not there
//! yet is noted, asked when the page is through, and then the page is made again. So a page is made twice, which
//! costs little, and can never hang because one of its parts waits for another.

use super::{Call, CallError};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use model::query::{Answers, Asked, Query, Question, Questions};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// One page asks this many queries together at most.
pub const TOGETHER_MAX: usize = 8;

/// The answer to one query, on its way to the page that knows which query it was. One type for all views: everything
/// between the server and the page then exists once in the browser, and not once a view.
#[derive(Clone, Debug)]
pub enum Shown {
    #[cfg(feature = "ssr")]
    Here(std::sync::Arc<model::query::Answer>),
    Wire(Box<RawValue>),
}

impl Shown {
    fn view<Q: Question>(self) -> Option<Q::View> {
        match self {
            #[cfg(feature = "ssr")]
            Self::Here(answer) => Q::view(std::sync::Arc::unwrap_or_clone(answer)),
            Self::Wire(json) => serde_json::from_str(json.get()).ok(),
        }
    }
}

#[cfg(feature = "hydrate")]
impl PartialEq for Shown {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Wire(one), Self::Wire(other)) => one.get() == other.get(),
            #[cfg(feature = "ssr")]
            _ => false,
        }
    }
}

impl Serialize for Shown {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            #[cfg(feature = "ssr")]
            Self::Here(answer) => answer.serialize(serializer),
            Self::Wire(json) => json.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Shown {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::<RawValue>::deserialize(deserializer).map(Self::Wire)
    }
}

/// What a page asks in one go. On the server queries, in a browser their text: a page there carries how its own queries are
/// written, and not how all are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gathered {
    #[cfg(feature = "ssr")]
    queries: Vec<Query>,
    #[cfg(not(feature = "ssr"))]
    texts: Vec<String>,
    /// Why one of them cannot be written.
    #[cfg(not(feature = "ssr"))]
    fault: Option<String>,
}

impl Gathered {
    pub fn of(what: impl Asked) -> Self {
        let mut gathered = Self::default();
        what.ask(&mut gathered);
        gathered
    }

    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Questions for Gathered {
    #[cfg(feature = "ssr")]
    fn put(&mut self, question: impl Question) {
        self.queries.put(question);
    }

    #[cfg(not(feature = "ssr"))]
    fn put(&mut self, question: impl Question) {
        match question.text() {
            Ok(text) => self.texts.push(text),
            Err(error) => self.fault = Some(error.to_string()),
        }
    }
}

/// Takes the views out of answers.
struct Taking(std::vec::IntoIter<Shown>);

impl Answers for Taking {
    fn next<Q: Question>(&mut self) -> Option<Q::View> {
        self.0.next()?.view::<Q>()
    }
}

/// The views of what was asked as `A`.
pub fn views<A: Asked>(shown: Vec<Shown>) -> Call<A::Views> {
    // A page of an older version that is still open may not understand a newer server.
    A::views(&mut Taking(shown.into_iter())).ok_or_else(|| CallError::Unreachable("an answer of another kind".to_owned()))
}

/// Reads what pages show: the answers in the order of the queries, or the first reason why not.
#[server(prefix = "/api", endpoint = "ask", input = Json)]
pub async fn ask_all(queries: Vec<Query>) -> Call<Vec<Shown>> {
    let answers = server::ask_each(&super::caller()?, queries).await;
    super::answer_status(&answers);
    answers
}

/// Asks from an event in the browser, as pickers do.
pub async fn asked<A: Asked>(what: A) -> Call<A::Views> {
    shown(Gathered::of(what)).await.and_then(views::<A>)
}

/// The answers for a page or an event.
#[cfg(feature = "hydrate")]
pub async fn shown(what: Gathered) -> Call<Vec<Shown>> {
    post(what, super::wire::Body::Json).await
}

/// The same for a page that looks by itself what changed.
#[cfg(feature = "hydrate")]
pub async fn shown_by_itself(what: Gathered) -> Call<Vec<Shown>> {
    post(what, super::wire::Body::ByItself).await
}

#[cfg(feature = "hydrate")]
async fn post(what: Gathered, body: fn(String) -> super::wire::Body) -> Call<Vec<Shown>> {
    if let Some(fault) = what.fault {
        return Err(CallError::Unreachable(fault));
    }
    // As `AskAll` is written.
    let text = ["{\"queries\":[", &what.texts.join(","), "]}"].concat();
    super::wire::post(AskAll::PATH, body(text)).await
}

/// The answers for a page.
#[cfg(not(feature = "hydrate"))]
pub async fn shown(what: Gathered) -> Call<Vec<Shown>> {
    #[cfg(feature = "ssr")]
    {
        server::prepared(what.queries)
    }
    #[cfg(not(feature = "ssr"))]
    {
        Err(CallError::Unreachable(format!("{what:?}")))
    }
}

#[cfg(feature = "hydrate")]
use leptos::server_fn::ServerFn;

#[cfg(feature = "ssr")]
pub use server::Prepared;

#[cfg(feature = "ssr")]
mod server {
    use super::{Shown, TOGETHER_MAX};
    use crate::calls::frame::frame_of;
    use crate::calls::{Call, CallError, answer_status, ask_as};
    use crate::door::Caller;
    use crate::parts::landing::FrameAnswer;
    use leptos::prelude::use_context;
    use model::query::Query;
    use std::sync::{Arc, Mutex, PoisonError};

    pub async fn ask_each(caller: &Caller, queries: Vec<Query>) -> Call<Vec<Shown>> {
        if queries.len() > TOGETHER_MAX {
            return Err(CallError::Unreachable("too many queries together".to_owned()));
        }
        let mut answers = Vec::with_capacity(queries.len());
        for query in queries {
            answers.push(Shown::Here(Arc::new(ask_as(caller, query).await?)));
        }
        Ok(answers)
    }

    /// What a page that is being made will find, and what it looked for in vain.
    #[derive(Clone, Default)]
    pub struct Prepared(Arc<Mutex<State>>);

    #[derive(Default)]
    struct State {
        frame: FrameAnswer,
        answers: Vec<(Vec<Query>, Call<Vec<Shown>>)>,
        missing: Vec<Vec<Query>>,
        /// A form of the page has taken what the page before left.
        claimed: bool,
    }

    impl Prepared {
        /// Reads the frame, which every page inside of it needs.
        pub async fn read_frame(&self, caller: Option<&Caller>) {
            let frame = match caller {
                Some(caller) => frame_of(caller).await,
                None => Err(CallError::SignIn),
            };
            self.with(|state| state.frame = Some(frame));
        }

        /// Asks what the page looked for in vain; whether there was anything.
        pub async fn ask_missing(&self, caller: Option<&Caller>) -> bool {
            let missing = self.with(|state| std::mem::take(&mut state.missing));
            let any = !missing.is_empty();
            for queries in missing {
                let answer = match caller {
                    Some(caller) => ask_each(caller, queries.clone()).await,
                    None => Err(CallError::SignIn),
                };
                self.with(|state| state.answers.push((queries, answer)));
            }
            any
        }

        /// A form of the page shows what the page before left.
        pub fn claim(&self) {
            self.with(|state| state.claimed = true);
        }

        /// When something was refused and the form is on the page no more, the page says it itself once it is made again;
        /// whether that is so.
        pub fn leave_to_page(&self) -> bool {
            self.with(|state| match &mut state.frame {
                Some(Ok((_, Some(flash)))) if flash.refused.is_some() && !flash.alone && !state.claimed => {
                    flash.alone = true;
                    true
                }
                _ => false,
            })
        }

        /// The frame as it was read; nothing where none is needed.
        pub fn frame(&self) -> FrameAnswer {
            self.with(|state| state.frame.clone())
        }

        fn look_up(&self, queries: Vec<Query>) -> Call<Vec<Shown>> {
            self.with(|state| {
                if let Some((_, answer)) = state.answers.iter().find(|(asked, _)| *asked == queries) {
                    return answer.clone();
                }
                if !state.missing.contains(&queries) {
                    state.missing.push(queries);
                }
                // Nobody sees it: the page is made again.
                Err(CallError::Unreachable("not asked yet".to_owned()))
            })
        }

        fn with<T>(&self, what: impl FnOnce(&mut State) -> T) -> T {
            what(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
        }
    }

    pub fn prepared(queries: Vec<Query>) -> Call<Vec<Shown>> {
        let prepared = use_context::<Prepared>().ok_or(CallError::SignIn)?;
        let answer = prepared.look_up(queries);
        answer_status(&answer);
        answer
    }
}
