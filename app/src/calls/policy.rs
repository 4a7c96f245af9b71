//! The form of a policy. Stages and questions come as `stages[s0][…]` and `questions[q0][…]`: the numbers say the order
//! and may have gaps, because whatever is taken out leaves one.

use super::{Call, Reply};
use leptos::prelude::*;
use model::{PackageId, PolicyId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One stage as it was typed. People and groups are named one a line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StageForm {
    /// The level, or nothing.
    pub manager: String,
    pub sponsors: bool,
    pub owners: bool,
    pub users: String,
    pub groups: String,
    pub quorum: String,
    pub window: String,
    pub window_unit: String,
    pub justification: bool,
    pub multifactor: bool,
    pub escalate_after: String,
    pub escalate_unit: String,
    pub escalate_manager: String,
    pub escalate_sponsors: bool,
    pub escalate_owners: bool,
    pub escalate_users: String,
    pub escalate_groups: String,
    pub fallback_manager: String,
    pub fallback_sponsors: bool,
    pub fallback_owners: bool,
    pub fallback_users: String,
    pub fallback_groups: String,
}

/// One question as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct QuestionForm {
    pub id: String,
    pub text: String,
    pub hint: String,
    pub required: bool,
    pub kind: String,
    /// One a line.
    pub choices: String,
    pub pattern: String,
    pub message: String,
    /// One language a line: `de: text | hint | first choice | second choice`, or `de: text | hint | message`
    pub translations: String,
}

/// One form makes and edits: without `policy` it makes one. A button that adds or takes away a stage or a question
/// sends `act`: then nothing is saved, and the form comes back with one more or one less.
#[server(prefix = "/api", endpoint = "save_policy")]
pub async fn save_policy(
    package: PackageId,
    #[server(default)] policy: Option<PolicyId>,
    #[server(default)] version: i64,
    #[server(default)] name: String,
    #[server(default)] enabled: bool,
    #[server(default)] scope: String,
    #[server(default)] users: String,
    #[server(default)] groups: String,
    #[server(default)] rule: String,
    #[server(default)] grace: String,
    #[server(default)] grace_unit: String,
    #[server(default)] seen_rule: String,
    #[server(default)] seen_gain: String,
    #[server(default)] seen_lose: String,
    #[server(default)] stages: BTreeMap<String, StageForm>,
    #[server(default)] justification_required: bool,
    #[server(default)] questions: BTreeMap<String, QuestionForm>,
    #[server(default)] lasts: String,
    #[server(default)] lasts_length: String,
    #[server(default)] lasts_until: String,
    #[server(default)] extension_allowed: bool,
    #[server(default)] extension_needs_approval: bool,
    #[server(default)] timeline_allowed: bool,
    #[server(default)] managers_may_request: bool,
    #[server(default)] asks: String,
    #[server(default)] asks_moment: String,
    #[server(default)] act: String,
) -> Call<Reply> {
    use model::catalog::PolicyOf;
    use model::command::{Command, Done};
    use model::package::PolicySettings;
    if !act.is_empty() {
        return super::again("save_policy", |fields| server::rework(fields, &act)).await;
    }
    let seen = server::seen(&rule, &seen_rule, &seen_gain, &seen_lose);
    let settings = if scope == "automatic" {
        // The fields about asking are not shown then, and say nothing.
        server::automatic(rule, &grace, &grace_unit)
    } else {
        let requests = server::Requests { scope, users, groups, stages: server::in_order(stages, 's') };
        let lasts = server::lasts(&lasts, &lasts_length, &lasts_until);
        let reviews = server::reviews(PolicyOf::Package(package)).await?;
        requests.read(PolicyOf::Package(package)).await?.and_then(|(scope, stages)| {
            Ok(PolicySettings {
                scope,
                stages,
                justification_required,
                questions: super::policy_questions::read(questions),
                lasts: lasts?,
                extension_allowed,
                extension_needs_approval,
                timeline_allowed,
                managers_may_request,
                reviews: reviews?,
                asks: server::asks(&asks, &asks_moment)?,
            })
        })
    };
    let command = settings.map(|settings| {
        let fields = model::catalog::PolicyFields { name, enabled, settings, seen };
        match policy {
            None => Command::CreatePolicy { package, fields },
            Some(policy) => Command::EditPolicy { package, policy, version, fields },
        }
    });
    super::reply("save_policy", command, |done| match done {
        Done::PolicySaved { package, policy, name } => {
            (format!("The policy “{name}” was saved."), format!("/admin/packages/{package}/policies/{policy}"))
        }
        _ => super::elsewhere(),
    })
    .await
}

#[cfg(feature = "ssr")]
pub(super) mod server {
    use super::StageForm;
    use crate::calls::relations::Relations;
    use crate::calls::review_form::{Fields, Required};
    use crate::calls::{Call, CallError, ask_as, caller, minutes as span, whole};
    use model::answering::{AskedWebhook, Moment};
    use model::approval::{Approver, Escalation, Stage};
    use model::catalog::{Effect, PolicyOf};
    use model::package::{Lasts, PolicySettings, Scope};
    use model::query::{self, Question as _};
    use model::review::{PolicyReviews, Reviewers};
    use model::view::catalog::KnownNames;
    use model::{GroupId, Refusal, Ts, UserId};
    use std::collections::BTreeMap;

    /// Who may request and who decides, as it was typed.
    pub struct Requests {
        pub scope: String,
        pub users: String,
        pub groups: String,
        pub stages: Vec<(u32, StageForm)>,
    }

    /// What whoever saves was shown; nothing when that was about another rule.
    pub fn seen(rule: &str, about: &str, gain: &str, lose: &str) -> Option<Effect> {
        // A form is posted with other line ends than it was made with.
        if !rule.trim().lines().eq(about.trim().lines()) {
            return None;
        }
        effect(gain, lose)
    }

    pub fn effect(gain: &str, lose: &str) -> Option<Effect> {
        Some(Effect { gain: gain.parse().ok()?, lose: lose.parse().ok()? })
    }

    /// The settings under which a rule assigns.
    pub fn automatic(rule: String, grace: &str, unit: &str) -> Result<PolicySettings, Refusal> {
        let grace = grace.trim();
        let grace = if grace.is_empty() { 0 } else { span("grace", "Grace period", grace, unit)? };
        Ok(PolicySettings::automatic(rule, grace))
    }

    /// The webhook that is asked; none where nothing was chosen.
    pub fn asks(webhook: &str, moment: &str) -> Result<Option<AskedWebhook>, Refusal> {
        let webhook = crate::calls::id_or_none("asks", webhook)?;
        Ok(webhook.map(|webhook| AskedWebhook { webhook, moment: Moment::from_key(moment).unwrap_or_default() }))
    }

    /// Parts by their number; what has none is left out.
    pub fn in_order<T>(parts: BTreeMap<String, T>, letter: char) -> Vec<(u32, T)> {
        let numbered = |(key, part): (String, T)| Some((key.strip_prefix(letter)?.parse().ok()?, part));
        let mut parts: Vec<(u32, T)> = parts.into_iter().filter_map(numbered).collect();
        parts.sort_by_key(|(number, _)| *number);
        parts
    }

    /// Adds or takes away a stage or a question among the typed fields; where the page goes on.
    pub fn rework(fields: &mut Vec<(String, String)>, act: &str) -> String {
        rework_with(fields, act, "14")
    }

    /// The same, with the days within which a stage that is added decides.
    pub fn rework_with(fields: &mut Vec<(String, String)>, act: &str, window: &str) -> String {
        fields.retain(|(name, _)| name != "act");
        if act == "preview" {
            return act.to_owned();
        }
        if act == "check" {
            // The page looks for it, to say what it found: other buttons bring the form back as well.
            fields.push(("act".to_owned(), act.to_owned()));
            return act.to_owned();
        }
        let next = |fields: &[(String, String)], beginning: &str| {
            let numbers =
                fields.iter().filter_map(|(name, _)| name.strip_prefix(beginning)?.split(']').next()?.parse::<u32>().ok());
            numbers.max().map_or(0, |number| number.saturating_add(1))
        };
        if let Some(number) = act.strip_prefix("remove_stage_") {
            let beginning = format!("stages[s{number}]");
            fields.retain(|(name, _)| !name.starts_with(&beginning));
            return "stages".to_owned();
        }
        if let Some(number) = act.strip_prefix("remove_question_") {
            let beginning = format!("questions[q{number}]");
            fields.retain(|(name, _)| !name.starts_with(&beginning));
            return "questions".to_owned();
        }
        if act == "add_stage" {
            let number = next(fields, "stages[s");
            let begins = [("quorum", "1"), ("window", window), ("window_unit", "days"), ("justification", "true")];
            fields.extend(begins.map(|(field, value)| (format!("stages[s{number}][{field}]"), value.to_owned())));
            return format!("stage-{number}");
        }
        let number = next(fields, "questions[q");
        fields.push((format!("questions[q{number}][kind]"), "short_text".to_owned()));
        format!("question-{number}")
    }

    pub fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    }

    /// Names of the form with whom they mean.
    struct Known(KnownNames);

    /// The reviews that the form says the policy requires.
    pub async fn reviews(of: PolicyOf) -> Call<Result<Option<PolicyReviews>, Refusal>> {
        let typed = crate::calls::review::server::typed();
        let Required { mut asked, users, groups, fallback } = match Fields(&typed).required() {
            Ok(Some(required)) => required,
            Ok(None) => return Ok(Ok(None)),
            Err(refusal) => return Ok(Err(refusal)),
        };
        let people = [lines(&users), lines(&fallback)].concat();
        let known = match Known::named(of, people, lines(&groups)).await? {
            Ok(known) => known,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let mut resolve = || {
            if let Reviewers::Selected { users: selected, groups: teams } = &mut asked.reviewers {
                *selected = known.users("review_users", &users)?;
                *teams = known.groups("review_groups", &groups)?;
            }
            asked.fallback = known.users("review_fallback", &fallback)?;
            Ok(Some(asked.clone()))
        };
        Ok(resolve())
    }

    impl Known {
        async fn ask(of: PolicyOf, form: &Requests) -> Call<Result<Self, Refusal>> {
            let (mut users, mut groups) = (lines(&form.users), lines(&form.groups));
            for (_, stage) in &form.stages {
                for text in [&stage.users, &stage.escalate_users, &stage.fallback_users] {
                    users.extend(lines(text));
                }
                for text in [&stage.groups, &stage.escalate_groups, &stage.fallback_groups] {
                    groups.extend(lines(text));
                }
            }
            Self::named(of, users, groups).await
        }

        async fn named(of: PolicyOf, mut users: Vec<String>, mut groups: Vec<String>) -> Call<Result<Self, Refusal>> {
            for names in [&mut users, &mut groups] {
                names.sort();
                names.dedup();
            }
            if let Err(refusal) = KnownNames::check(&users, &groups) {
                return Ok(Err(refusal));
            }
            let asked = query::PolicyNames { of, users: users.clone(), groups: groups.clone() };
            let found = query::PolicyNames::view(ask_as(&caller()?, asked.into()).await?);
            let mismatched = || CallError::Broken { reference: "mismatched-answer".to_owned() };
            Ok(Ok(Self(KnownNames::new(users, groups, found.ok_or_else(mismatched)?))))
        }

        fn users(&self, field: &str, text: &str) -> Result<Vec<UserId>, Refusal> {
            lines(text).iter().map(|name| self.0.user(field, name)).collect()
        }

        fn groups(&self, field: &str, text: &str) -> Result<Vec<GroupId>, Refusal> {
            lines(text).iter().map(|name| self.0.group(field, name)).collect()
        }

        fn approvers(&self, users: (&str, &str), groups: (&str, &str)) -> Result<Vec<Approver>, Refusal> {
            let mut all: Vec<Approver> = self.users(users.0, users.1)?.into_iter().map(|id| Approver::User { id }).collect();
            all.extend(self.groups(groups.0, groups.1)?.into_iter().map(|id| Approver::Group { id }));
            Ok(all)
        }
    }

    impl Requests {
        /// Scope and stages with the people and groups that are meant.
        pub async fn read(&self, of: PolicyOf) -> Call<Result<(Scope, Vec<Stage>), Refusal>> {
            Ok(match Known::ask(of, self).await? {
                Ok(known) => self.resolve(&known),
                Err(refusal) => Err(refusal),
            })
        }

        fn resolve(&self, known: &Known) -> Result<(Scope, Vec<Stage>), Refusal> {
            let scope = match self.scope.as_str() {
                "specific" => {
                    Scope::Specific { users: known.users("users", &self.users)?, groups: known.groups("groups", &self.groups)? }
                }
                "all_users" => Scope::AllUsers,
                "nobody" => Scope::Nobody,
                "all_members" => Scope::AllMembers,
                _ => {
                    return Err(Refusal::Required { field: "scope".to_owned(), label: "Who can request".to_owned() });
                }
            };
            let stages = self.stages.iter().map(|(number, stage)| read_stage(known, *number, stage)).collect::<Result<_, _>>()?;
            Ok((scope, stages))
        }
    }

    fn read_stage(known: &Known, number: u32, stage: &StageForm) -> Result<Stage, Refusal> {
        let field = |name: &str| format!("stages[s{number}][{name}]");
        // The three lists of a stage have the same fields, each with its own beginning.
        let list = |begins: &str, manager: &str, sponsors, owners, users: &str, groups: &str| {
            let field = |name: &str| field(&format!("{begins}{name}"));
            let mut approvers = Relations { manager: manager.to_owned(), sponsors, owners }.read(&field("manager"))?;
            approvers.extend(known.approvers((&field("users"), users), (&field("groups"), groups))?);
            Ok(approvers)
        };
        let approvers = list("", &stage.manager, stage.sponsors, stage.owners, &stage.users, &stage.groups)?;
        let further = list(
            "escalate_",
            &stage.escalate_manager,
            stage.escalate_sponsors,
            stage.escalate_owners,
            &stage.escalate_users,
            &stage.escalate_groups,
        )?;
        let after = stage.escalate_after.trim();
        let escalation = if further.is_empty() && after.is_empty() {
            None
        } else {
            let after_minutes = span(&field("escalate_after"), "Ask further people after", after, &stage.escalate_unit)?;
            Some(Escalation { after_minutes, approvers: further })
        };
        let fallback = list(
            "fallback_",
            &stage.fallback_manager,
            stage.fallback_sponsors,
            stage.fallback_owners,
            &stage.fallback_users,
            &stage.fallback_groups,
        )?;
        Ok(Stage {
            approvers,
            quorum: whole(&field("quorum"), "Approvals needed", &stage.quorum)?,
            window_minutes: span(&field("window"), "Decide within", &stage.window, &stage.window_unit)?,
            justification_required: stage.justification,
            multifactor: stage.multifactor,
            escalation,
            fallback,
        })
    }

    /// How long access lasts, by the chosen way and its field.
    pub fn lasts(way: &str, length: &str, until: &str) -> Result<Lasts, Refusal> {
        let length = |unit: &str| span("lasts_length", "For how long", length, unit).map(|minutes| Lasts::For { minutes });
        match way {
            "days" => length("days"),
            "hours" => length("hours"),
            "until" => {
                let text = until.trim();
                let at = Ts::parse(&format!("{text}:00Z")).or_else(|| Ts::parse(&format!("{text}Z")));
                at.map(|at| Lasts::Until { at }).ok_or_else(|| Refusal::Malformed {
                    field: "lasts_until".to_owned(),
                    message: "Say when access ends as date and time, such as 2027-01-31T18:00.".to_owned(),
                })
            }
            _ => Ok(Lasts::Forever),
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        fn fields(names: &[&str]) -> Vec<(String, String)> {
            names.iter().map(|name| ((*name).to_owned(), "typed".to_owned())).collect()
        }

        #[test]
        fn a_stage_that_is_added_keeps_everything_typed_and_one_that_is_taken_out_takes_only_itself() {
            let mut typed = fields(&["name", "stages[s0][users]", "stages[s10][users]", "act"]);
            assert_eq!(rework(&mut typed, "add_stage"), "stage-11");
            assert!(typed.iter().any(|(name, value)| name == "stages[s11][quorum]" && value == "1"));
            assert!(typed.iter().all(|(name, _)| name != "act"));
            rework(&mut typed, "remove_stage_1");
            assert!(typed.iter().any(|(name, _)| name == "stages[s10][users]"), "s1 is not s10");
            rework(&mut typed, "remove_stage_0");
            assert!(typed.iter().all(|(name, _)| !name.starts_with("stages[s0]")));
            assert!(typed.iter().any(|(name, value)| name == "name" && value == "typed"));
            assert_eq!(rework(&mut typed, "add_question"), "question-0");
        }

        #[test]
        fn what_was_shown_counts_for_the_rule_that_it_was_about() {
            let effect = Effect { gain: 2, lose: 1 };
            assert_eq!(seen("a\r\nb", "a\nb", "2", "1"), Some(effect));
            assert_eq!(seen("a", "b", "2", "1"), None);
            assert_eq!(seen("a", "a", "", "1"), None);
        }

        #[test]
        fn parts_are_read_in_the_order_of_their_numbers() {
            let parts = BTreeMap::from([("s10".to_owned(), 'b'), ("s2".to_owned(), 'a'), ("x".to_owned(), 'c')]);
            assert_eq!(in_order(parts, 's'), [(2, 'a'), (10, 'b')]);
        }
    }
}
