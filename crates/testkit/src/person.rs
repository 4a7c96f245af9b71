//! People as objects with verbs. Everything goes through the engine's one door, as the person's own session.

use crate::World;
use engine::{By, Problem, Who};
use model::approval::Verdict;
use model::ask_back::{Reply, ShorterTime};
use model::command::{AnswerBack, AskBack, Command, DecideRequest, Done, SubmitRequest};
use model::query::{self, Question};
use model::view::approval::{self, Approval, Offered};
use model::view::{package, request, why};
use model::{Refusal, RequestId, Ts, UserId};
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

/// Somebody in the company.
#[derive(Clone)]
pub struct Person {
    pub world: World,
    pub id: UserId,
    pub user_name: String,
    token: Arc<Mutex<String>>,
}

impl Person {
    pub(crate) fn new(world: World, id: UserId, user_name: &str) -> Self {
        Self { world, id, user_name: user_name.to_owned(), token: Arc::default() }
    }

    /// Signs in anew, and gives the new session's token.
    pub async fn signs_in(&self) -> Result<String, Problem> {
        let signed_in = self.world.engine().sign_in_as(&self.user_name, "192.0.2.1", "a test").await?;
        self.token.lock().unwrap().clone_from(&signed_in.token.0);
        Ok(signed_in.token.0)
    }

    /// The session as of now, signed in when it has ended.
    pub async fn who(&self) -> Result<Who, Problem> {
        let token = self.token.lock().unwrap().clone();
        if let Some(who) = self.world.engine().session(&token).await? {
            return Ok(who);
        }
        let token = self.signs_in().await?;
        self.world.engine().session(&token).await?.ok_or_else(|| Refusal::SignInNeeded.into())
    }

    pub async fn submits(&self, command: Command) -> Result<Done, Problem> {
        let by = By::Session(self.who().await?);
        // On the heap: a story submits often, and the thread of a test has a small stack.
        Box::pin(self.world.engine().submit(&by, command)).await
    }

    pub async fn asks<Q: Question>(&self, query: Q) -> Result<Q::View, Problem> {
        let who = self.who().await?;
        let answer = Box::pin(self.world.engine().ask(&who, query.into())).await?;
        Ok(Q::view(answer).unwrap())
    }

    /// Begins to ask for a package; awaiting it submits the form.
    pub fn requests(&self, package: &str) -> Form {
        let submit = SubmitRequest {
            package: self.world.package(package),
            policy: None,
            justification: String::new(),
            answers: BTreeMap::new(),
            starts_at: None,
            ends_at: None,
        };
        Form { person: self.clone(), name: package.to_owned(), submit }
    }

    /// Decides as the page offers it; an old page that offers nothing posts its first stage all the same.
    async fn decides(&self, request: RequestId, verdict: Verdict, words: &str) -> Result<(), Problem> {
        let stage = self.shown_stage(request).await?;
        self.decides_stage(request, stage, verdict, words).await
    }

    /// The stage that the page offers to decide, or the first.
    async fn shown_stage(&self, request: RequestId) -> Result<usize, Problem> {
        match self.sees_approval(request).await.map(|approval| approval.decision) {
            Ok(Offered::Yes { stage, .. }) => Ok(stage),
            Ok(Offered::No { .. }) | Err(Problem::Refused(_)) => Ok(0),
            Err(broken) => Err(broken),
        }
    }

    /// Decides from a page that showed this stage, counted from 0.
    pub async fn decides_stage(&self, request: RequestId, stage: usize, verdict: Verdict, words: &str) -> Result<(), Problem> {
        let decide = DecideRequest { request, stage, verdict, words: words.to_owned(), gives: None };
        self.submits(Command::DecideRequest(decide)).await.map(|_| ())
    }

    pub async fn approves(&self, request: RequestId, words: &str) -> Result<(), Problem> {
        self.decides(request, Verdict::Approve, words).await
    }

    pub async fn denies(&self, request: RequestId, words: &str) -> Result<(), Problem> {
        self.decides(request, Verdict::Deny, words).await
    }

    /// Asks the requestor from a page that shows the open stage.
    pub async fn asks_back(&self, request: RequestId, words: &str, proposed: Option<ShorterTime>) -> Result<(), Problem> {
        let stage = self.shown_stage(request).await?;
        let asked = AskBack { request, stage, words: words.to_owned(), proposed };
        self.submits(Command::AskBack(asked)).await.map(|_| ())
    }

    pub async fn answers(&self, request: RequestId, reply: Reply, words: &str) -> Result<(), Problem> {
        self.submits(Command::AnswerBack(AnswerBack { request, reply, words: words.to_owned() })).await.map(|_| ())
    }

    pub async fn cancels(&self, request: RequestId, words: &str) -> Result<(), Problem> {
        self.submits(Command::CancelRequest { request, words: words.to_owned() }).await.map(|_| ())
    }

    /// The page of one approval.
    pub async fn sees_approval(&self, request: RequestId) -> Result<Approval, Problem> {
        self.asks(query::Approval { request }).await
    }

    /// The page of one request.
    pub async fn sees_request(&self, request: RequestId) -> Result<request::Request, Problem> {
        self.asks(query::Request { request }).await
    }

    /// The page of one package.
    pub async fn sees_package(&self, name: &str) -> Result<package::Package, Problem> {
        self.asks(query::Package { package: self.world.package(name), again: None }).await
    }

    /// Everything that waits for this person, most urgent first, over all pages.
    pub async fn inbox(&self) -> Vec<approval::Row> {
        let (mut rows, mut after) = (Vec::new(), None);
        loop {
            let page =
                self.asks(query::Approvals { tab: approval::Tab::Pending, filter: Default::default(), after }).await.unwrap();
            rows.extend(page.rows);
            after = page.paging.next;
            if after.is_none() {
                return rows;
            }
        }
    }

    pub async fn sees_in_inbox(&self, request: RequestId) -> bool {
        self.inbox().await.iter().any(|row| row.request == request)
    }

    /// The packages of a tab, by name.
    pub async fn packages(&self, tab: package::Tab) -> Vec<package::Row> {
        self.asks(query::Packages { tab, search: String::new(), after: None }).await.unwrap().rows
    }

    /// Everything this person holds now, by every path, as an administrator sees it.
    pub async fn access(&self) -> Vec<why::Access> {
        let reader = self.world.reader();
        let answer = self.world.engine().ask(&reader, query::Held { user: self.id, at: None }.into()).await.unwrap();
        query::Held::view(answer).unwrap().access
    }

    /// Whether this person holds something of this name now: a directory role, a membership, an application's role.
    pub async fn holds(&self, name: &str) -> bool {
        let held = self.access().await.iter().any(|access| access.name == name);
        // What pages say and what the session may do has to be the same.
        let token = self.token.lock().unwrap().clone();
        let session = self.world.engine().session(&token).await.unwrap();
        if let Some(who) = session
            && model::directory::PortalRole::ALL.iter().any(|role| role.name() == name)
        {
            assert_eq!(who.roles.iter().any(|role| role.name() == name), held, "the session and the page disagree on {name}");
        }
        held
    }
}

/// A request form that is being filled in.
pub struct Form {
    person: Person,
    name: String,
    submit: SubmitRequest,
}

impl Form {
    pub fn because(mut self, justification: &str) -> Self {
        justification.clone_into(&mut self.submit.justification);
        self
    }

    /// Answers the question with these words.
    pub fn answering(mut self, question: &str, answer: &str) -> Self {
        let id = self.person.world.question(&self.name, question);
        self.submit.answers.entry(id).or_default().push(answer.to_owned());
        self
    }

    /// Names the start.
    pub fn from(mut self, start: Option<Ts>) -> Self {
        self.submit.starts_at = start;
        self
    }

    /// Names the end.
    pub fn until(mut self, end: Option<Ts>) -> Self {
        self.submit.ends_at = end;
        self
    }

    /// Under the policy of this name.
    pub fn under(mut self, policy: &str) -> Self {
        self.submit.policy = Some(self.person.world.policy(&self.name, policy));
        self
    }
}

impl IntoFuture for Form {
    type Output = Result<RequestId, Problem>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            match self.person.submits(Command::SubmitRequest(self.submit)).await? {
                Done::RequestSubmitted { request, .. } => Ok(request),
                other => panic!("submitting a request answered {other:?}"),
            }
        })
    }
}

/// The refusal of something that had to be refused.
#[track_caller]
pub fn refused<T: std::fmt::Debug>(result: Result<T, Problem>) -> Refusal {
    match result {
        Err(Problem::Refused(refusal)) => refusal,
        Err(Problem::Broken(fault)) => panic!("it should be refused, and broke: {fault}"),
        Ok(done) => panic!("it should be refused, and was done: {done:?}"),
    }
}
