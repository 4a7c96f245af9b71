//! Role settings: what they may look like, how they are inherited, and what changed.
//!
//! Settings are inherited field by field from the template of their kind. What differs is kept as an override under the
//! field's name, so a change of the template reaches every role that says nothing else.

use crate::authentication_context::{TOO_OLD, is_fresh};
use crate::form::text;
use model::access::{Assignment, AssignmentType, Source};
use model::answering::AskedWebhook;
use model::approval::{Approver, Stage};
use model::directory::PortalRole;
use model::event::Change;
use model::limits::{
    ACTIVATION_MAX_MINUTES, ACTIVATION_STEP_MINUTES, ADDITIONAL_RECIPIENTS_MAX, ASSIGNMENT_DAYS, EXTENSION_DECIDED_DAYS,
    PATTERN_MAX_CHARS,
};
use model::proof::{Demand, Strength};
use model::role_settings::{LABELS, Longest, Mail, Privileged, PrivilegedKind, Proof, RoleSettings, days_words};
use model::time::count;
use model::{AuthenticationContextId, Refusal, Span, TermsId, Ts, WebhookId};
use serde_json::{Map, Value};

/// What differs from the template, by the names of the fields.
pub type Overrides = Map<String, Value>;

/// The settings of a role: the template's, where the role says nothing else.
pub fn inherited(template: &RoleSettings, overrides: &Overrides) -> Result<RoleSettings, serde_json::Error> {
    let mut fields = fields(template);
    for (name, value) in overrides {
        fields.insert(name.clone(), value.clone());
    }
    serde_json::from_value(Value::Object(fields))
}

/// Whether approval is required and by whom is one thing: who says the one says the other, so that no change of the template
/// leaves an approval that nobody is asked for.
const APPROVAL: [&str; 2] = ["approval_required", "stages"];

/// What a role has to remember of its settings.
pub fn overrides(template: &RoleSettings, settings: &RoleSettings) -> Overrides {
    overrides_anew(&Overrides::new(), template, settings)
}

/// The same for a role that said something before: what it said and says still stays its own, even where the template has come
/// to say the same.
pub fn overrides_anew(before: &Overrides, template: &RoleSettings, settings: &RoleSettings) -> Overrides {
    let (template, settings) = (fields(template), fields(settings));
    let own = |name: &str| template.get(name) != settings.get(name) || before.get(name) == settings.get(name);
    let approval = APPROVAL.into_iter().any(own);
    settings.iter().filter(|(name, _)| own(name) || approval && APPROVAL.contains(&name.as_str())).map(pair).collect()
}

fn pair((name, value): (&String, &Value)) -> (String, Value) {
    (name.clone(), value.clone())
}

/// Whether overrides say that holders are asked at sign-in.
pub fn asks_holders(overrides: &Overrides) -> bool {
    overrides.get("holder_multifactor") == Some(&Value::Bool(true))
}

/// Whether a role has what it demands of whoever activates from its template: what it says itself stays its own.
pub fn inherits_proof(overrides: &Overrides) -> bool {
    !overrides.contains_key("activation_proof")
}

/// The authentication context that overrides name.
pub fn context(overrides: &Overrides) -> Option<AuthenticationContextId> {
    let proof = overrides.get("activation_proof")?;
    serde_json::from_value::<Proof>(proof.clone()).ok()?.context()
}

/// The webhook that overrides name.
pub fn asked_webhook(overrides: &Overrides) -> Option<WebhookId> {
    let asks = overrides.get("asks")?;
    serde_json::from_value::<Option<AskedWebhook>>(asks.clone()).ok()?.map(|asked| asked.webhook)
}

fn fields(settings: &RoleSettings) -> Map<String, Value> {
    match serde_json::to_value(settings) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    }
}

/// Checks and cleans what the form says.
pub fn check(kind: PrivilegedKind, settings: &RoleSettings) -> Result<RoleSettings, Refusal> {
    let malformed = |field: &str, message: String| Err(Refusal::Malformed { field: field.to_owned(), message });
    let mut settings = settings.clone();
    let minutes = settings.activation_max_minutes;
    if minutes == 0 || minutes > ACTIVATION_MAX_MINUTES || !minutes.is_multiple_of(ACTIVATION_STEP_MINUTES) {
        return malformed(
            "activation_max",
            "An activation lasts from half an hour to 24 hours at most, in steps of half an hour.".to_owned(),
        );
    }
    if settings.activation_proof.own_demand().is_some_and(|demand| !is_fresh(demand.minutes)) {
        return malformed("fresh_minutes", TOO_OLD.to_owned());
    }
    // Sign-ins are about people: groups ask nothing then.
    settings.holder_multifactor &= kind == PrivilegedKind::DirectoryRole;
    settings.ticket_pattern = text("ticket_pattern", "Ticket pattern", &settings.ticket_pattern, false, PATTERN_MAX_CHARS)?;
    if !settings.ticket_pattern.is_empty()
        && let Err(error) = crate::form::pattern(&settings.ticket_pattern)
    {
        return malformed("ticket_pattern", format!("The ticket pattern is not a regular expression: {error}"));
    }
    for (field, longest) in [("eligible_days", settings.eligible), ("active_days", settings.active)] {
        if !ASSIGNMENT_DAYS.contains(&longest.days) {
            return malformed(field, "Choose one of the spans in the list: 15 days, 1, 3 or 6 months, or a year.".to_owned());
        }
    }
    if settings.approval_required {
        if kind != PrivilegedKind::DirectoryRole
            && (settings.stages.is_empty() || settings.stages.iter().any(|stage| stage.approvers.is_empty()))
        {
            return malformed(
                "stages",
                "Groups have no default approvers. Name at least one person or group in every stage, or require no approval."
                    .to_owned(),
            );
        }
        if settings.stages.is_empty() {
            settings.stages.push(RoleSettings::default_stage(Vec::new()));
        }
    }
    crate::package::check_stages(&asked(kind, &settings.stages))?;
    for (field, mail) in settings.mails.rows_mut() {
        mail.additional = addresses(&format!("mails[{field}][additional]"), &mail.additional)?;
    }
    Ok(settings)
}

/// Each address once, in the order in which they were given.
fn addresses(field: &str, given: &[String]) -> Result<Vec<String>, Refusal> {
    let mut kept: Vec<String> = Vec::new();
    for address in given {
        let address = crate::user::mail(field, address)?;
        if !address.is_empty() && !kept.iter().any(|other| other.eq_ignore_ascii_case(&address)) {
            kept.push(address);
        }
    }
    if kept.len() > ADDITIONAL_RECIPIENTS_MAX {
        let message = format!(
            "{} addresses are too many; {ADDITIONAL_RECIPIENTS_MAX} can be named. Name a mailing list instead.",
            kept.len()
        );
        return Err(Refusal::Malformed { field: field.to_owned(), message });
    }
    Ok(kept)
}

/// The stages of an activation, with the default approvers where a stage of a directory role names nobody: whoever holds
/// *Privileged Role Administrator* or *Global Administrator* actively.
///
/// Where approval is required and no stage says by whom, there is one all the same: for a group nobody can decide in it, and
/// asking is refused. Nothing is in force because a setting is incomplete.
pub fn stages(kind: PrivilegedKind, settings: &RoleSettings) -> Vec<Stage> {
    if settings.approval_required && settings.stages.is_empty() {
        return asked(kind, &[RoleSettings::default_stage(Vec::new())]);
    }
    asked(kind, settings.approval())
}

fn asked(kind: PrivilegedKind, stages: &[Stage]) -> Vec<Stage> {
    let mut stages = stages.to_vec();
    if kind == PrivilegedKind::DirectoryRole {
        for stage in stages.iter_mut().filter(|stage| stage.approvers.is_empty()) {
            stage.approvers = default_approvers();
        }
    }
    stages
}

/// Who is asked about a directory role that names no approvers.
pub fn default_approvers() -> Vec<Approver> {
    [PortalRole::PrivilegedRoleAdministrator, PortalRole::GlobalAdministrator]
        .map(|role| Approver::RoleHolders { id: role.id() })
        .into()
}

/// The one stage of an ask to extend or renew: whoever manages the role. Of a group its owners are asked, and whoever else may
/// change the group when these cannot decide. It is open as long as what is extended is there.
pub fn extension_stages(role: Privileged, role_assignable: bool, until: Option<Ts>, now: Ts) -> Vec<Stage> {
    let holders = |roles: &[PortalRole]| roles.iter().map(|role| Approver::RoleHolders { id: role.id() }).collect();
    let (approvers, fallback) = match role {
        Privileged::DirectoryRole(_) => (default_approvers(), Vec::new()),
        Privileged::GroupMember(_) | Privileged::GroupOwner(_) => {
            let others = if role_assignable { crate::access::ROLE_ADMINISTRATORS } else { crate::access::GROUP_ADMINISTRATORS };
            (vec![Approver::Owners], holders(others))
        }
    };
    let longest = Span::days(EXTENSION_DECIDED_DAYS);
    let window = until.map_or(longest, |until| until.since(now).min(longest));
    let window_minutes = u32::try_from(window.0 / Span::minutes(1).0).unwrap_or(u32::MAX).max(1);
    vec![Stage { window_minutes, fallback, ..RoleSettings::default_stage(approvers) }]
}

/// How long assignments may last, by their type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    pub eligible: Longest,
    pub active: Longest,
}

impl From<&RoleSettings> for Bounds {
    fn from(settings: &RoleSettings) -> Self {
        Self { eligible: settings.eligible, active: settings.active }
    }
}

impl Bounds {
    pub fn of(self, assignment_type: AssignmentType) -> Longest {
        match assignment_type {
            AssignmentType::Eligible => self.eligible,
            AssignmentType::Active => self.active,
        }
    }
}

/// The bounds of a role when its template gets others: those that it has of its own stay.
pub fn under_template(settings: &RoleSettings, overrides: &Overrides, template: Bounds) -> Bounds {
    let own = |field: &str| overrides.contains_key(field);
    Bounds {
        eligible: if own("eligible") { settings.eligible } else { template.eligible },
        active: if own("active") { settings.active } else { template.active },
    }
}

/// In which way an assignment is longer than it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooLong {
    /// It has no end.
    Permanent,
    /// It lasts so long.
    Lasts(Span),
}

/// Whether an assignment from `starts_at` to `ends_at` is longer than it may be. Somebody who chooses a day a year from now
/// means that day, whatever the hour is by the time it is sent.
pub fn too_long(longest: Longest, starts_at: Ts, ends_at: Option<Ts>) -> Option<TooLong> {
    if longest.permanent {
        return None;
    }
    let Some(end) = ends_at else { return Some(TooLong::Permanent) };
    let lasts = end.since(starts_at);
    (lasts > Span::days(i64::from(longest.days)) + Span::days(1)).then_some(TooLong::Lasts(lasts))
}

/// Whether new settings leave an assignment outside that was not outside before. Only what somebody assigned directly has the
/// bounds of settings; the others have those of what gave them.
pub fn breaks(before: Bounds, after: Bounds, one: &Assignment) -> bool {
    let outside = |bounds: Bounds| too_long(bounds.of(one.assignment_type), one.starts_at, one.ends_at).is_some();
    one.source == Source::Direct && one.ended_at.is_none() && outside(after) && !outside(before)
}

/// Whoever saves was shown how many assignments would be outside.
pub fn may_save(breaking: u32, seen: u32) -> Result<(), Refusal> {
    if breaking == 0 || breaking == seen { Ok(()) } else { Err(Refusal::SettingsBreak { count: breaking }) }
}

/// What changes, field by field, in words; nothing when both are the same. `whom` says who a stage asks, `called` what terms of
/// use are called, `context` what authentication contexts are, and `webhook` what webhooks are.
pub fn changes(
    before: &RoleSettings,
    after: &RoleSettings,
    whom: impl Fn(&Stage) -> String,
    called: impl Fn(TermsId) -> String,
    context: impl Fn(AuthenticationContextId) -> String,
    webhook: impl Fn(WebhookId) -> String,
) -> Vec<Change> {
    let said = |settings: &RoleSettings| -> Vec<String> {
        let RoleSettings {
            activation_max_minutes,
            activation_proof,
            activation_justification,
            activation_ticket,
            ticket_pattern,
            terms,
            approval_required,
            stages,
            asks,
            eligible,
            active,
            assignment_justification,
            assignment_multifactor,
            assignment_ticket,
            holder_multifactor,
            mails,
        } = settings;
        let stages: Vec<String> = stages.iter().map(|stage| stage_words(stage, &whom)).collect();
        let mut said = vec![
            Span::minutes(i64::from(*activation_max_minutes)).words(),
            proof_words(*activation_proof, &context),
            yes(*activation_justification),
            yes(*activation_ticket),
            ticket_pattern.clone(),
            terms.map(&called).unwrap_or_else(|| "None".to_owned()),
            yes(*approval_required),
            stages.join("; "),
            asks.map_or_else(|| "None".to_owned(), |asks| format!("{}. {}", webhook(asks.webhook), asks.moment.words())),
            longest_words(*eligible),
            longest_words(*active),
            yes(*assignment_justification),
            yes(*assignment_multifactor),
            yes(*assignment_ticket),
            yes(*holder_multifactor),
        ];
        said.extend(mails.rows().map(|(_, mail)| mail_words(mail)));
        said
    };
    let pairs = said(before).into_iter().zip(said(after));
    let changed = LABELS.iter().zip(pairs).filter(|(_, (before, after))| before != after);
    changed.map(|((_, label), (before, after))| Change { field: (*label).to_owned(), before, after }).collect()
}

fn yes(value: bool) -> String {
    if value { "Yes" } else { "No" }.to_owned()
}

/// `A sign-in within 15 minutes`, or the context that says it.
pub fn proof_words(proof: Proof, context: impl Fn(AuthenticationContextId) -> String) -> String {
    let within = |strength, minutes| demand_words(Demand { strength, minutes });
    match proof {
        Proof::Session => "Nothing more".to_owned(),
        Proof::FreshSignIn { minutes } => within(Strength::SignIn, minutes),
        Proof::Passkey { minutes } => within(Strength::Passkey, minutes),
        Proof::Multifactor { minutes } => within(Strength::Multifactor, minutes),
        Proof::Context { context: id } => format!("Authentication context “{}”", context(id)),
    }
}

/// `A sign-in within 15 minutes`
pub fn demand_words(demand: Demand) -> String {
    format!("{} within {}", demand.strength.name(), count(i64::from(demand.minutes), "minute"))
}

/// `1 year, or permanent`
pub fn longest_words(longest: Longest) -> String {
    let days = days_words(longest.days);
    if longest.permanent { format!("{days}, or permanent") } else { days }
}

/// `Default recipients and soc@harbour.example, critical only`
pub fn mail_words(mail: &Mail) -> String {
    let default = mail.default_recipients.then_some("Default recipients");
    let to: Vec<&str> = default.into_iter().chain(mail.additional.iter().map(String::as_str)).collect();
    match (to.is_empty(), mail.critical_only) {
        (true, _) => "Nobody".to_owned(),
        (false, false) => to.join(", "),
        (false, true) => format!("{}, critical only", to.join(", ")),
    }
}

fn stage_words(stage: &Stage, whom: &impl Fn(&Stage) -> String) -> String {
    let mut words = format!("{} within {}", whom(stage), stage.window().words());
    if stage.quorum > 1 {
        words += &format!(", {} approvals", stage.quorum);
    }
    if stage.multifactor {
        words += ", with multifactor authentication";
    }
    if let Some(escalation) = &stage.escalation {
        words += &format!(", further people after {}", Span::minutes(i64::from(escalation.after_minutes)).words());
    }
    words
}

#[cfg(test)]
#[path = "role_settings_tests.rs"]
mod tests;
