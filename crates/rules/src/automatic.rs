//! Automatic assignment: the rule of a policy gives a package to whoever matches, and takes it from who no longer does.

use crate::directory_rule::Rule;
use crate::package::Policy;
use crate::request::holds;
use model::catalog::Effect;
use model::directory::Person;
use model::limits::{AUTOMATIC_PEOPLE_MAX, GRACE_MAX_MINUTES};
use model::package::{PolicySettings, Scope};
use model::request::PackageAssignment;
use model::{PackageId, PolicyId, Refusal, RequestId, Span, Ts};

/// A policy whose rule assigns, ready to be asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Automatic {
    pub policy: PolicyId,
    grace: Span,
    /// Not set: nobody matches, because the policy is disabled or its rule no longer reads.
    rule: Option<Rule>,
}

/// What follows for one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Give,
    /// Something that they held is over by the clock, and nobody has written it down: that first, and then it is given.
    GiveAnew,
    /// They match again: the end that was set is taken back.
    Keep,
    /// They no longer match, and hold it until then.
    LeaveAt(Ts),
    /// They no longer match, and lose it now.
    End,
}

impl Act {
    /// How it counts in what saving does.
    pub fn effect(self) -> Effect {
        match self {
            Self::Give | Self::GiveAnew => Effect { gain: 1, lose: 0 },
            Self::LeaveAt(_) | Self::End => Effect { gain: 0, lose: 1 },
            Self::Keep => Effect::default(),
        }
    }
}

impl Automatic {
    /// Nothing when people ask under the policy.
    pub fn of(policy: &Policy) -> Option<Self> {
        let Scope::Automatic { rule, grace_minutes } = &policy.settings.scope else { return None };
        // A stored rule was checked when it was saved; one that no longer reads matches nobody.
        let rule = if policy.enabled { Rule::parse(rule).ok() } else { None };
        Some(Self { policy: policy.id, grace: Span::minutes(i64::from(*grace_minutes)), rule })
    }

    pub fn matches(&self, person: &Person, now: Ts) -> bool {
        person.enabled && self.rule.as_ref().is_some_and(|rule| rule.matches(person, now))
    }

    pub fn depends_on_time(&self) -> bool {
        self.rule.as_ref().is_some_and(Rule::depends_on_time)
    }

    /// What follows for somebody who matches or not, and holds the package in this way or not. `held` has not been ended.
    pub fn act(&self, matches: bool, held: Option<&PackageAssignment>, now: Ts) -> Option<Act> {
        let Some(held) = held else { return matches.then_some(Act::Give) };
        let over = held.ends_at.is_some_and(|end| end <= now);
        match (matches, is_of(held, self.policy)) {
            (true, _) if over => Some(Act::GiveAnew),
            (true, true) => held.ends_at.map(|_| Act::Keep),
            // Who leaves already is not told a second, later end.
            (false, true) if held.ends_at.is_none() => {
                Some(if self.grace == Span(0) { Act::End } else { Act::LeaveAt(now + self.grace) })
            }
            (true | false, false) | (false, true) => None,
        }
    }
}

/// Whether somebody holds a package through the rule of this policy, and not because they asked.
pub fn is_of(held: &PackageAssignment, policy: PolicyId) -> bool {
    held.policy == policy && held.request.is_none()
}

/// Whether only the rule ends this, so that nothing to end it is offered.
pub fn lasts_by_rule(held: &PackageAssignment) -> bool {
    held.request.is_none() && held.ends_at.is_none()
}

/// Whether the rule of this policy, under which it is held, would give it again at once.
pub fn gives_again(policy: &Policy, request: Option<RequestId>, ends_at: Option<Ts>) -> bool {
    policy.settings.is_automatic() && policy.enabled && request.is_none() && ends_at.is_none()
}

/// Which policy of a package gives it again to whoever loses it: the rules, read once for many people.
pub struct Again<'a> {
    policies: &'a [Policy],
    rules: Vec<(Automatic, &'a Policy)>,
}

impl<'a> Again<'a> {
    /// `policies`: all of the package.
    pub fn of(policies: &'a [Policy]) -> Self {
        let enabled = policies.iter().filter(|policy| policy.enabled);
        Self { policies, rules: enabled.filter_map(|policy| Some((Automatic::of(policy)?, policy))).collect() }
    }

    /// Whether it has to be known what the people are like.
    pub fn asks_people(&self) -> bool {
        !self.rules.is_empty()
    }

    /// The policy under which it is held, because its rule gave it, or another one whose rule matches whoever holds it. `person`:
    /// nothing when whoever holds it is not known.
    pub fn by(
        &self,
        policy: PolicyId,
        (request, ends_at): (Option<RequestId>, Option<Ts>),
        person: Option<&Person>,
        now: Ts,
    ) -> Option<&'a Policy> {
        let under = self.policies.iter().find(|one| one.id == policy && gives_again(one, request, ends_at));
        let matches = |rule: &Automatic| person.is_some_and(|person| rule.matches(person, now));
        under.or_else(|| self.rules.iter().find(|(rule, _)| matches(rule)).map(|(_, policy)| *policy))
    }
}

/// Whether what is held is for the rule alone to end: who matches can neither give it back nor lose it, as they would get
/// it again at once. In the grace period both can be done.
pub fn may_end(held: &PackageAssignment, policy: &Policy, package: &str, now: Ts) -> Result<(), Refusal> {
    if is_of(held, policy.id) && gives_again(policy, held.request, held.ends_at) && holds(held, now) {
        return Err(Refusal::GivenByRule { package: package.to_owned(), policy: policy.name.clone() });
    }
    Ok(())
}

/// Checks the rule and the grace period of the form. The other settings of such a policy have no meaning: nobody asks, and
/// access lasts while the rule matches.
pub fn check(rule: &str, grace_minutes: u32) -> Result<PolicySettings, Refusal> {
    // How long a rule may be is said by its reader, with the position.
    let rule = crate::form::text("rule", "Rule", rule, true, usize::MAX)?;
    let malformed = |field: &str, message: &str| Refusal::Malformed { field: field.to_owned(), message: message.to_owned() };
    if !crate::group::rule(&rule)?.source_groups().is_empty() {
        // A package may give membership in the very groups that the rule would look at.
        return Err(malformed(
            "rule",
            "The rule of a policy looks at attributes of people, not at their groups. Compare attributes, such as user.department.",
        ));
    }
    if grace_minutes > GRACE_MAX_MINUTES {
        return Err(malformed("grace", "The grace period may last 366 days. Choose a shorter one."));
    }
    Ok(PolicySettings::automatic(rule, grace_minutes))
}

/// Whether a policy may be saved so beside the others of its package: one rule alone assigns it.
pub fn only_one(package: PackageId, policy: &Policy, others: &[Policy]) -> Result<(), Refusal> {
    let assigns = |policy: &Policy| policy.enabled && policy.settings.is_automatic();
    match others.iter().find(|other| other.id != policy.id && assigns(other)) {
        Some(other) if assigns(policy) => {
            Err(Refusal::SecondAutomaticPolicy { package, policy: other.id, name: other.name.clone() })
        }
        Some(_) | None => Ok(()),
    }
}

/// Whether people who ask may make room for a rule in a policy, or the other way round: who holds the package under it
/// would hold it in a way that nobody gave.
pub fn keeps_kind(package: PackageId, before: &Policy, after: &PolicySettings, held: i64, open: i64) -> Result<(), Refusal> {
    if before.settings.is_automatic() == after.is_automatic() || (held == 0 && open == 0) {
        return Ok(());
    }
    Err(Refusal::PolicyKeepsKind { package, name: before.name.clone(), held, open })
}

/// What saving does, when it does these.
pub fn effect(acts: impl IntoIterator<Item = Act>) -> Effect {
    acts.into_iter()
        .map(Act::effect)
        .fold(Effect::default(), |all, one| Effect { gain: all.gain + one.gain, lose: all.lose + one.lose })
}

/// Whether it may be saved: not too many match, and who saves was shown to how many people it matters.
pub fn may_save(matching: usize, effect: Effect, seen: Option<Effect>) -> Result<(), Refusal> {
    if matching > AUTOMATIC_PEOPLE_MAX {
        return Err(Refusal::TooManyMatch { limit: AUTOMATIC_PEOPLE_MAX, matching });
    }
    if effect.is_nothing() || seen == Some(effect) { Ok(()) } else { Err(Refusal::PreviewNeeded { effect, seen }) }
}

#[cfg(test)]
#[path = "automatic_tests.rs"]
mod tests;
