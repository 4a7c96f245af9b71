//! A small world: some people, one package, and what the rules make of each command. The file is long because each command
//! has its invariants beside it.
//!
//! After each command the invariants of `docs/architecture.md` are checked against the facts of the world and not
//! against the rules under test: who may decide, what is due and what can be decided are worked out here once more,
//! in the plainest way. What time does is in `time`.

use super::asking::{Pause, same_but_time};
use crate::approval::StagePeople;
use crate::notice::{Telling, letters};
use crate::package::Policy;
use crate::request::{Decider, Step, Wanted, decide, submit};
use crate::tests::{assignment, id, user};
use model::access::{Assignment, ResourceRole, Source};
use model::approval::{Part, Stage, Verdict};
use model::ask_back::{AskedTime, Reply};
use model::command::{DecideRequest, SubmitRequest};
use model::directory::Principal;
use model::event::Action;
use model::notice::{Letter, Notice};
use model::package::{Lasts, PolicySettings, Scope};
use model::request::{Decision, PackageAssignment, Phase, Request, State, Terms};
use model::{GroupId, PackageAssignmentId, PackageId, PolicyId, Refusal, RequestId, Span, Ts, UserId};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

pub const START: Ts = Ts(1_000_000_000);

/// A world's policy and people, before anybody is disabled.
#[derive(Debug)]
pub struct Setting {
    pub name: String,
    pub policy: Policy,
    pub lists: Vec<StagePeople>,
    /// Set on each request: the form of a later start is not there yet, the rule is.
    pub starts_after: Option<Span>,
    /// Whether short walks try to ask back; each more command makes many more of them.
    pub asks_back: bool,
}

/// One person's road to the package.
#[derive(Clone)]
pub struct Case {
    pub requestor: UserId,
    pub request: Option<Request>,
    pub decisions: Vec<Decision>,
    pub held: Vec<PackageAssignment>,
    pub assignments: Vec<Assignment>,
    /// Of the open stage, so far.
    pub reminders: usize,
    pub escalations: usize,
    /// What was asked back about the open request.
    pub pause: Option<Pause>,
    /// The time that the requestor asked for or said yes to, and the end besides.
    pub yes: AskedTime,
    /// About the open request.
    pub letters: Vec<Letter>,
    pub submissions: u128,
}

#[derive(Clone)]
pub struct World {
    pub now: Ts,
    pub disabled: BTreeSet<UserId>,
    /// The stages' lists as the directory answers them now.
    pub people: Rc<Vec<StagePeople>>,
    pub cases: Vec<Case>,
}

#[derive(Clone, Copy, Debug)]
pub enum Command {
    Submit {
        case: usize,
    },
    Decide {
        case: usize,
        person: u128,
        verdict: Verdict,
        stage: usize,
    },
    Cancel {
        case: usize,
        person: u128,
        administrates: bool,
    },
    /// With a time that is shorter, or with one that is not.
    AskBack {
        case: usize,
        person: u128,
        stage: usize,
        proposes: Option<bool>,
    },
    AnswerBack {
        case: usize,
        person: u128,
        reply: Reply,
    },
    Wait {
        until: Ts,
    },
    Due {
        case: usize,
    },
    Deliver {
        case: usize,
        exists: bool,
    },
    EndPackage {
        case: usize,
    },
    // An administrator gives the package by another way.
    Assign {
        case: usize,
    },
    Disable {
        person: u128,
    },
    Enable {
        person: u128,
    },
}

/// What a command made of the world; nothing when it was refused or nothing was due. The error is a broken invariant.
pub type Next = Result<Option<World>, String>;

/// Breaks off with a sentence when an invariant does not hold; the walk adds how it came there.
macro_rules! hold {
    ($holds:expr, $($words:tt)+) => {
        if !$holds {
            return Err(format!($($words)+));
        }
    };
}
pub(super) use hold;

impl Setting {
    pub fn new(name: &str, stages: Vec<(Stage, StagePeople)>, lasts: Lasts) -> Self {
        let (stages, lists) = stages.into_iter().unzip();
        let settings = PolicySettings {
            scope: Scope::AllUsers,
            stages,
            justification_required: true,
            questions: Vec::new(),
            lasts,
            extension_allowed: false,
            extension_needs_approval: false,
            timeline_allowed: false,
            managers_may_request: false,
            reviews: None,
            asks: None,
        };
        let policy = Policy { id: PolicyId(id(70)), name: "Usual".into(), enabled: true, settings };
        Self { name: name.to_owned(), policy, lists, starts_after: None, asks_back: false }
    }

    pub fn stages(&self) -> &[Stage] {
        &self.policy.settings.stages
    }

    fn people(&self, disabled: &BTreeSet<UserId>) -> Rc<Vec<StagePeople>> {
        let enabled = |people: &[UserId]| people.iter().copied().filter(|person| !disabled.contains(person)).collect();
        let lists = self.lists.iter().map(|list| StagePeople {
            approvers: enabled(&list.approvers),
            escalation: enabled(&list.escalation),
            fallback: enabled(&list.fallback),
            stand_ins: Vec::new(),
        });
        Rc::new(lists.collect())
    }

    /// Whether some way of approving leads to the end, or `every` way does, by trying them all.
    pub fn ends_well(&self, people: &[StagePeople], every: bool, stage: usize, used: &BTreeSet<UserId>) -> bool {
        let Some(settings) = self.stages().get(stage) else { return true };
        let asked: Vec<UserId> = asked_now(settings, &people[stage], used).1.into_iter().collect();
        let mut ways = (0_u32..1 << asked.len()).filter(|chosen| chosen.count_ones() == settings.quorum).map(|chosen| {
            let deciders = asked.iter().enumerate().filter(|(n, _)| chosen & (1 << n) != 0).map(|(_, person)| *person);
            self.ends_well(people, every, stage + 1, &used.iter().copied().chain(deciders).collect())
        });
        if every { asked.len() >= settings.quorum as usize && ways.all(|well| well) } else { ways.any(|well| well) }
    }
}

/// Who is asked when a stage opens, worked out plainly.
fn asked_now(stage: &Stage, people: &StagePeople, used: &BTreeSet<UserId>) -> (Part, BTreeSet<UserId>) {
    let free = |people: &[UserId]| people.iter().copied().filter(|person| !used.contains(person)).collect::<BTreeSet<_>>();
    let first = free(&people.approvers);
    let both = &first | &free(&people.fallback);
    if first.len() < stage.quorum as usize && both.len() > first.len() {
        (Part::Fallback, both)
    } else {
        (Part::Approvers, first)
    }
}

impl Case {
    fn new(requestor: u128) -> Self {
        // What the person holds besides; no end of a package may touch it.
        let group = ResourceRole::GroupMember(GroupId(id(50)));
        let direct = assignment(900 + requestor, Principal::User(user(requestor)), group);
        let mut other = assignment(950 + requestor, Principal::User(user(requestor)), group);
        other.source = Source::Package(PackageAssignmentId(id(990)));
        Self {
            requestor: user(requestor),
            request: None,
            decisions: Vec::new(),
            held: Vec::new(),
            assignments: vec![direct, other],
            reminders: 0,
            escalations: 0,
            pause: None,
            yes: AskedTime { lasts: Lasts::Forever, ends_at: None },
            letters: Vec::new(),
            submissions: 0,
        }
    }

    fn open(&self) -> Option<&Request> {
        self.request.as_ref().filter(|request| request.state.phase().is_open())
    }

    pub fn holds(&self, now: Ts) -> bool {
        self.held.iter().any(|held| held.ended_at.is_none() && held.starts_at <= now && held.ends_at.is_none_or(|end| now < end))
    }

    pub fn not_ended(&self) -> Option<&PackageAssignment> {
        self.held.iter().find(|held| held.ended_at.is_none())
    }

    /// Who can decide nothing more in this request.
    pub fn used(&self) -> BTreeSet<UserId> {
        self.decisions.iter().map(|decision| decision.approver).chain([self.requestor]).collect()
    }

    /// The open stage, when it opened, and when its window is over.
    pub fn pending(&self) -> Option<(usize, Ts, Ts)> {
        match self.request.as_ref().map(|request| &request.state) {
            Some(State::PendingApproval { stage, opened_at, decide_by, .. }) => Some((*stage, *opened_at, *decide_by)),
            _ => None,
        }
    }

    /// Who may decide at this moment, worked out from the directory and from what was done so far.
    pub fn allowed(&self, people: &[StagePeople], now: Ts) -> BTreeSet<UserId> {
        let Some(State::PendingApproval { stage, decide_by, fallback, .. }) = self.request.as_ref().map(|r| &r.state) else {
            return BTreeSet::new();
        };
        if now >= *decide_by {
            return BTreeSet::new();
        }
        let lists = &people[*stage];
        let escalation: &[UserId] = if self.escalations > 0 { &lists.escalation } else { &[] };
        let fallback: &[UserId] = if *fallback { &lists.fallback } else { &[] };
        let used = self.used();
        lists.approvers.iter().chain(escalation).chain(fallback).copied().filter(|person| !used.contains(person)).collect()
    }
}

impl World {
    pub fn new(setting: &Setting, requestors: &[u128]) -> Self {
        let disabled = BTreeSet::new();
        let people = setting.people(&disabled);
        Self { now: START, disabled, people, cases: requestors.iter().map(|n| Case::new(*n)).collect() }
    }

    /// Does one command and checks what it did.
    pub fn after(&self, setting: &Setting, command: Command) -> Next {
        let next = match command {
            Command::Submit { case } => self.submit(setting, case)?,
            Command::Decide { case, person, verdict, stage } => self.decide(setting, case, user(person), verdict, stage)?,
            Command::Cancel { case, person, administrates } => self.cancel(case, user(person), administrates)?,
            Command::AskBack { case, person, stage, proposes } => self.ask_back(setting, case, user(person), stage, proposes)?,
            Command::AnswerBack { case, person, reply } => self.answer_back(setting, case, user(person), reply)?,
            Command::Wait { until } => (until > self.now).then(|| Self { now: until, ..self.clone() }),
            Command::Due { case } => self.due(setting, case)?,
            Command::Deliver { case, exists } => self.deliver(setting, case, exists)?,
            Command::EndPackage { case } => self.end_package(case)?,
            Command::Assign { case } => self.assign(setting, case),
            Command::Disable { person } => self.with_people(setting, |disabled| disabled.insert(user(person))),
            Command::Enable { person } => self.with_people(setting, |disabled| disabled.remove(&user(person))),
        };
        if let Some(next) = &next {
            for number in 0..next.cases.len() {
                next.sound(setting, number)?;
            }
        }
        Ok(next)
    }

    fn with_people(&self, setting: &Setting, change: impl Fn(&mut BTreeSet<UserId>) -> bool) -> Option<Self> {
        let mut world = self.clone();
        change(&mut world.disabled).then(|| Self { people: setting.people(&world.disabled), ..world })
    }

    /// Takes a step over; whatever made it, it is sound.
    pub fn with(&self, setting: &Setting, number: usize, step: Step, actor: Option<UserId>) -> Next {
        let mut world = self.clone();
        let case = &mut world.cases[number];
        let before = self.cases[number].open();
        let changed =
            before.is_none_or(|before| before.state != step.request.state || before.asked_back != step.request.asked_back);
        hold!(!step.actions.is_empty(), "something changed without an action: {:?}", step.request.state);
        hold!(changed || step.decision.is_some(), "actions without a change: {:?}", step.actions);
        if let Some(before) = before {
            let after = AskedTime { lasts: step.request.terms.lasts, ends_at: step.request.terms.ends_at };
            hold!(after == case.yes, "the time changed to {after:?}");
            let same = Terms { lasts: before.terms.lasts, ends_at: before.terms.ends_at, ..step.request.terms.clone() };
            hold!(before.terms == same, "the terms of a request changed");
        } else {
            hold!(matches!(step.actions[0], Action::RequestSubmitted { .. }), "a settled request changed: {:?}", step.actions);
            (case.decisions, case.letters, case.pause) = (Vec::new(), Vec::new(), None);
            case.yes = AskedTime { lasts: setting.policy.settings.lasts, ends_at: None };
            case.submissions += 1;
        }
        if step.decision.is_some() {
            case.goes_on(self.now);
        }
        case.decisions.extend(step.decision);
        for action in &step.actions {
            if let Action::StageOpened { stage, part, asked, decide_by } = action {
                (case.reminders, case.escalations) = (0, 0);
                let (expected_part, expected) = asked_now(&setting.stages()[*stage], &self.people[*stage], &case.used());
                hold!(
                    asked.iter().copied().collect::<BTreeSet<_>>() == expected,
                    "stage {stage} asked {asked:?} and not {expected:?}"
                );
                let by_fallback = matches!(step.request.state, State::PendingApproval { fallback: true, .. });
                let same = *part == expected_part && by_fallback == (expected_part == Part::Fallback);
                hold!(same && asked.len() == expected.len(), "stage {stage} asked {asked:?} as {part:?}");
                let window = Span(60_000 * i64::from(setting.stages()[*stage].window_minutes));
                hold!(*decide_by == self.now + window, "stage {stage} is to be decided by {decide_by:?}");
            }
        }
        let telling = Telling {
            before,
            request: &step.request,
            decisions: &case.decisions,
            name: &|id| id.to_string(),
            administrators: &[],
            role: None,
        };
        for letter in letters(&telling, actor, &step.actions) {
            hold!(!case.letters.contains(&letter), "{:?} got the same letter twice: {:?}", letter.to, letter.notice);
            let to_approver = matches!(
                letter.notice,
                Notice::Act { .. } | Notice::Reminder { .. } | Notice::Settled { .. } | Notice::AnsweredBack { .. }
            );
            hold!(to_approver != (letter.to.user() == Some(case.requestor)), "a letter to the wrong person: {letter:?}");
            hold!(!to_approver || letter.to.user() != actor, "{:?} was told of their own deed: {:?}", letter.to, letter.notice);
            case.letters.push(letter);
        }
        case.request = Some(step.request);
        Ok(Some(world))
    }

    fn submit(&self, setting: &Setting, number: usize) -> Next {
        let case = &self.cases[number];
        let (open, over) = (case.open(), case.not_ended());
        let wanted = Wanted {
            package: PackageId(id(60)),
            name: "Payroll",
            policy: &setting.policy,
            people: &self.people,
            open: open.map(|request| (request.id, request.submitted_at)),
            held: over,
            incompatible: None,
            asks: None,
            languages: &[],
        };
        let asked = SubmitRequest {
            package: PackageId(id(60)),
            policy: None,
            justification: "month end".into(),
            answers: BTreeMap::new(),
            starts_at: None,
            ends_at: None,
        };
        let request = RequestId(id(1000 * (1 + number as u128) + case.submissions));
        let ends_well = |every| setting.ends_well(&self.people, every, 0, &BTreeSet::from([case.requestor]));
        let policy_is_over = matches!(setting.policy.settings.lasts, Lasts::Until { at } if at <= self.now);
        match submit(request, case.requestor, &wanted, &asked, self.now) {
            Ok(mut step) => {
                hold!(!policy_is_over, "a request was taken of which nothing is left");
                hold!(open.is_none(), "a second request for the same was taken");
                hold!(!case.holds(self.now), "a request was taken for what is held");
                hold!(ends_well(false), "a request was taken that nobody can decide");
                let waits = step.request.state.phase() == Phase::PendingApproval;
                step.request.terms.starts_at = setting.starts_after.filter(|_| waits).map(|after| self.now + after);
                self.with(setting, number, step, Some(case.requestor))
            }
            Err(refusal) => {
                let right = match refusal {
                    Refusal::AlreadyRequested { .. } => open.is_some(),
                    Refusal::AlreadyHeld { .. } => case.holds(self.now),
                    Refusal::NoApprover { .. } => !ends_well(true),
                    Refusal::PolicyOver { .. } => policy_is_over,
                    _ => false,
                };
                hold!(right, "refused for no reason: {refusal:?}");
                Ok(None)
            }
        }
    }

    fn decide(&self, setting: &Setting, number: usize, person: UserId, verdict: Verdict, seen: usize) -> Next {
        let (now, case) = (self.now, &self.cases[number]);
        let Some(before) = &case.request else { return Ok(None) };
        let open = case.pending().map_or(seen, |(stage, ..)| stage);
        let nobody = StagePeople::default();
        let asked = DecideRequest { request: before.id, stage: seen, verdict, words: "seen".into(), gives: None };
        let people = self.people.get(open).unwrap_or(&nobody);
        let decider = Decider { person, people, name: &|id| id.to_string(), proofs: Default::default() };
        let may = open == seen && case.allowed(&self.people, now).contains(&person);
        let step = match decide(before, &case.decisions, &decider, &asked, &self.people, None, now) {
            Ok(step) => step,
            Err(Refusal::NeededLater { .. }) if may && verdict == Verdict::Approve => {
                let used = case.used().into_iter().chain([person]).collect();
                hold!(
                    !setting.ends_well(&self.people, false, open + 1, &used),
                    "{person} was kept for a later stage for nothing"
                );
                return Ok(None);
            }
            Err(refusal) => {
                hold!(!may, "somebody who may decide was refused: {refusal:?}");
                let blamed = refusal == Refusal::NotAnApprover && seen < open;
                hold!(!blamed, "a stale page was answered as if its reader had never been asked");
                return Ok(None);
            }
        };
        hold!(may, "{person} decided and was not allowed to");
        let approvals = 1 + case.decisions.iter().filter(|decision| decision.stage == seen).count();
        let met = approvals >= setting.stages()[seen].quorum as usize;
        let state = &step.request.state;
        let right = match verdict {
            Verdict::Deny => matches!(state, State::Denied { by, at, .. } if *by == person && *at == now),
            Verdict::Approve if !met => same_but_time(state, &before.state),
            Verdict::Approve if seen + 1 < setting.stages().len() => {
                matches!(state, State::PendingApproval { stage, .. } if *stage == seen + 1)
            }
            Verdict::Approve if before.terms.starts_at.is_some_and(|at| now < at) => state.phase() == Phase::Scheduled,
            Verdict::Approve => state.phase() == Phase::Delivering,
        };
        hold!(right, "approval {approvals} of stage {seen}, {verdict:?}, led to {state:?}");
        let next = self.with(setting, number, step, Some(person))?;
        if let Some((request, decisions)) = next.as_ref().map(|next| (&next.cases[number].request, &next.cases[number].decisions))
        {
            let again = request.as_ref().map(|request| decide(request, decisions, &decider, &asked, &self.people, None, now));
            hold!(matches!(again, Some(Err(Refusal::AlreadyDecided { mine: true, .. }))), "deciding twice answered {again:?}");
        }
        Ok(next)
    }
}
