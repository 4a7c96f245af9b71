//! Asking back and canceling in a small world: the window that stands still is worked out here once more, in the plainest way.

use super::world::{Case, Next, Setting, World, hold};
use crate::request::{Decider, answer, ask_back, cancel, may_answer, may_ask_back};
use model::ask_back::{AskedTime, Reply, ShorterTime};
use model::command::{AnswerBack, AskBack};
use model::event::Action;
use model::package::Lasts;
use model::request::{Phase, State};
use model::{Refusal, Span, Ts, UserId};

/// The one time that a window stands still.
#[derive(Clone, Debug)]
pub struct Pause {
    pub stage: usize,
    pub at: Ts,
    /// At the latest.
    pub until: Ts,
    pub over: Option<Ts>,
    pub proposed: Option<ShorterTime>,
    pub answered: bool,
}

/// Two states that differ in the end of the window at most.
pub fn same_but_time(one: &State, other: &State) -> bool {
    let (mut one, mut other) = (one.clone(), other.clone());
    for state in [&mut one, &mut other] {
        if let State::PendingApproval { decide_by, .. } = state {
            *decide_by = Ts(0);
        }
    }
    one == other
}

impl Case {
    /// How long the window of the stage stands still, as far as is known.
    pub fn stood(&self, stage: usize) -> Span {
        let pause = self.pause.as_ref().filter(|pause| pause.stage == stage);
        pause.map_or(Span::ZERO, |pause| pause.over.unwrap_or(pause.until).since(pause.at))
    }

    /// Until when it stands still at most, if nobody said yet that it goes on.
    pub fn pauses_until(&self, stage: usize) -> Option<Ts> {
        self.pause.as_ref().filter(|pause| pause.stage == stage && pause.over.is_none()).map(|pause| pause.until)
    }

    pub fn goes_on(&mut self, now: Ts) {
        if let Some(pause) = self.pause.as_mut().filter(|pause| pause.over.is_none()) {
            pause.over = Some(now.min(pause.until));
        }
    }

    /// Whether the requestor said yes to less.
    pub fn shortened(&self) -> bool {
        self.pause.as_ref().is_some_and(|pause| {
            pause.answered
                && match pause.proposed {
                    Some(ShorterTime::For { minutes }) => self.yes.lasts == Lasts::For { minutes },
                    Some(ShorterTime::Until { at }) => self.yes.ends_at == Some(at),
                    None => false,
                }
        })
    }
}

impl World {
    /// The window of the open stage is as long as the policy says, and as it stood still.
    pub fn windows(&self, setting: &Setting, case: &Case) -> Result<(), String> {
        let Some((stage, opened_at, decide_by)) = case.pending() else { return Ok(()) };
        let window = Span::minutes(i64::from(setting.stages()[stage].window_minutes));
        let expected = opened_at + window + case.stood(stage);
        hold!(decide_by == expected, "stage {stage} is to be decided by {decide_by:?} and not by {expected:?}");
        Ok(())
    }

    pub fn ask_back(&self, setting: &Setting, number: usize, person: UserId, stage: usize, proposes: Option<bool>) -> Next {
        let (now, case) = (self.now, &self.cases[number]);
        let Some(before) = &case.request else { return Ok(None) };
        let open = case.pending().map_or(stage, |(open, ..)| open);
        let people = self.people.get(open).cloned().unwrap_or_default();
        let decider = Decider { person, people: &people, name: &|id| id.to_string(), proofs: Default::default() };
        // A minute less than what is asked for, or exactly that.
        let minute = |shorter: bool| if shorter { Span::minutes(1) } else { Span::ZERO };
        let proposed = proposes.map(|shorter| match case.yes.lasts {
            Lasts::Forever => ShorterTime::For { minutes: if shorter { 2 } else { 0 } },
            Lasts::For { minutes } => ShorterTime::For { minutes: minutes - u32::from(shorter) },
            Lasts::Until { at } => ShorterTime::Until { at: at - minute(shorter) },
        });
        let less = match proposed {
            None => true,
            Some(ShorterTime::For { minutes }) => minutes > 0 && proposes == Some(true),
            Some(ShorterTime::Until { at }) => {
                proposes == Some(true) && at > now && before.terms.starts_at.is_none_or(|starts| at > starts)
            }
        };
        let may = open == stage && case.allowed(&self.people, now).contains(&person) && case.pause.is_none();
        let offered = may_ask_back(before, &case.decisions, &decider, now).is_ok();
        hold!(offered == may || open != stage, "asking back is offered to {person}: {offered}, and they may: {may}");
        let asked = AskBack { request: before.id, stage, words: "Which?".into(), proposed };
        match ask_back(before, &case.decisions, &decider, &asked, None, now) {
            Err(refusal) => {
                hold!(!(may && less), "somebody who may ask back was refused: {refusal:?}");
                Ok(None)
            }
            Ok(step) => {
                hold!(may && less, "{person} asked back about {proposed:?}, and may not");
                hold!(same_but_time(&step.request.state, &before.state), "asking back led to {:?}", step.request.state);
                let mut world = self.clone();
                let window = Span::minutes(i64::from(setting.stages()[stage].window_minutes));
                let pause = Pause { stage, at: now, until: now + window, over: None, proposed, answered: false };
                world.cases[number].pause = Some(pause);
                world.with(setting, number, step, Some(person))
            }
        }
    }

    pub fn answer_back(&self, setting: &Setting, number: usize, person: UserId, reply: Reply) -> Next {
        let (now, case) = (self.now, &self.cases[number]);
        let Some(before) = &case.request else { return Ok(None) };
        let name = |id: UserId| id.to_string();
        let waits = |pause: &Pause| {
            let open = case.pending().is_some_and(|(stage, _, decide_by)| stage == pause.stage && now < decide_by);
            open && !pause.answered
        };
        let may = person == case.requestor && case.pause.as_ref().is_some_and(waits);
        hold!(may_answer(before, &case.decisions, person, &name, now).is_ok() == may, "{person} may answer: not {may}");
        let proposed = case.pause.as_ref().and_then(|pause| pause.proposed);
        let fits = match (reply, proposed) {
            (Reply::Words, proposed) => proposed.is_none(),
            (Reply::Accept, Some(ShorterTime::Until { at })) => at > now,
            (Reply::Accept | Reply::Keep, proposed) => proposed.is_some(),
        };
        let said = AnswerBack { request: before.id, reply, words: "Seven.".into() };
        match answer(before, &case.decisions, person, &said, &name, now) {
            Err(refusal) => {
                hold!(!(may && fits), "the requestor was not let answer: {refusal:?}");
                let hidden = person == case.requestor || refusal == Refusal::NotFound { what: "request" };
                hold!(hidden, "{person} learned of a question to somebody else: {refusal:?}");
                Ok(None)
            }
            Ok(step) => {
                hold!(may && fits, "{person} answered {reply:?} to {proposed:?}");
                hold!(same_but_time(&step.request.state, &before.state), "an answer led to {:?}", step.request.state);
                let mut world = self.clone();
                let case = &mut world.cases[number];
                case.goes_on(now);
                if let Some(pause) = &mut case.pause {
                    pause.answered = true;
                }
                let accepted = matches!(step.actions.as_slice(), [Action::ShorterTimeAccepted { .. }]);
                hold!(accepted == (reply == Reply::Accept), "the time changed without a yes, or not with one");
                match proposed.filter(|_| accepted) {
                    Some(ShorterTime::For { minutes }) => case.yes.lasts = Lasts::For { minutes },
                    Some(ShorterTime::Until { at }) => case.yes.ends_at = Some(at),
                    None => {}
                }
                let time = AskedTime { lasts: step.request.terms.lasts, ends_at: step.request.terms.ends_at };
                hold!(time == case.yes, "the requestor said yes to {:?}, and {time:?} is asked for", case.yes);
                world.with(setting, number, step, Some(person))
            }
        }
    }

    pub fn cancel(&self, number: usize, person: UserId, administrates: bool) -> Next {
        let (now, case) = (self.now, &self.cases[number]);
        let Some(before) = &case.request else { return Ok(None) };
        let open = match case.pending() {
            Some((.., decide_by)) => now < decide_by,
            None => before.state.phase() == Phase::Scheduled,
        };
        let may = open && (administrates || person == case.requestor);
        match cancel(before, person, administrates, "no longer needed", now) {
            Ok(step) => {
                hold!(may, "{person} canceled {:?}", before.state);
                hold!(step.request.state.phase() == Phase::Canceled, "canceling led to {:?}", step.request.state);
                let again = cancel(&step.request, person, administrates, "", now);
                hold!(matches!(again, Err(Refusal::NotOpen { outcome: "Canceled" })), "canceling twice answered {again:?}");
                // No stage opens here, so its setting is not asked.
                self.with(&Setting::new("", Vec::new(), Lasts::Forever), number, step, Some(person))
            }
            Err(refusal) => {
                hold!(!may, "{person} may cancel and was refused: {refusal:?}");
                Ok(None)
            }
        }
    }
}
