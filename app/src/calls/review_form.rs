//! What the form of an access review says. The page reads it for a preview, and the server when it is sent.
//!
//! Fields are named as the settings are. Stages come as `stages[s0][…]`: the numbers say the order and may have gaps, because
//! whatever is taken out leaves one.

use crate::parts::instant;
use model::limits::REVIEW_STAGES_MAX;
use model::review::{
    Decision, EditStage, Frequency, PolicyReviews, ReviewSettings, ReviewStage, Reviewed, Reviewers, Scope, SeriesEnd, Silence,
    Types,
};
use model::{Refusal, Refused, Span, Ts};
use std::str::FromStr;

/// What was typed, in order.
#[derive(Clone, Copy)]
pub struct Fields<'a>(pub &'a [(String, String)]);

impl<'a> Fields<'a> {
    fn one(self, name: &str) -> &'a str {
        self.all(name).next().unwrap_or_default()
    }

    fn all(self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    fn is(self, name: &str) -> bool {
        self.all(name).next().is_some()
    }

    fn text(self, name: &str) -> String {
        self.one(name).to_owned()
    }

    /// The entries of a list from which several are chosen.
    pub fn each<T: FromStr>(self, name: &str) -> Result<Vec<T>, Refusal> {
        self.all(name).map(|text| text.parse().map_err(|_| not_an_entry(name))).collect()
    }

    fn chosen<T>(self, name: &str, read: fn(&str) -> Option<T>) -> Result<T, Refusal> {
        read(self.one(name)).ok_or_else(|| not_an_entry(name))
    }

    fn number(self, name: &str, label: &str) -> Result<u32, Refusal> {
        self.one(name).parse().map_err(|_| malformed(name, &["“", label, "” is a whole number, such as 14."].concat()))
    }

    pub fn instant(self, name: &str, label: &str) -> Result<Ts, Refusal> {
        let zone = self.one(&[name, "_zone"].concat());
        let read = instant::read(self.one(name), zone).map_err(|text| {
            let words =
                ["“", &text, "” is not a date with a time. Write it as 2026-01-31T08:00, or choose it from the calendar."];
            malformed(name, &words.concat())
        })?;
        let at = read.ok_or_else(|| Refusal::Required { field: name.to_owned(), label: label.to_owned() })?;
        // Fields have minutes; what was not touched keeps its seconds.
        let seen = self.one(&["seen_", name].concat()).parse().ok().map(Ts);
        Ok(seen.filter(|seen| *seen >= at && seen.since(at) < Span::minutes(1)).unwrap_or(at))
    }

    /// What shall be reviewed.
    pub fn reviewed(self) -> Result<Vec<Reviewed>, Refusal> {
        self.each("of[]")
    }

    pub fn settings(self) -> Result<ReviewSettings, Refusal> {
        let inactive = self.is("inactive_only").then(|| self.number("inactive_days", "Days inactive")).transpose()?;
        let frequency = self.chosen("frequency", Frequency::from_key)?;
        let carried = self.all("carried[]").map(|key| Decision::from_key(key).ok_or_else(|| not_an_entry("carried[]")));
        Ok(ReviewSettings {
            name: self.text("name"),
            description: self.text("description"),
            scope: self.chosen("scope", Scope::from_key)?,
            types: self.chosen("types", Types::from_key)?,
            inactive_days: inactive,
            stages: self.stages()?,
            carried: carried.collect::<Result<_, _>>()?,
            starts_at: self.instant("starts", "Start date")?,
            frequency,
            series_end: self.series_end(frequency)?,
            silence: self.silence()?,
            auto_apply: self.is("auto_apply"),
            recommendations: self.is("recommendations"),
            look_back_days: self.number("look_back", "Days to look back")?,
            reason_on_approval: self.is("reason_on_approval"),
            reason_on_denial: self.is("reason_on_denial"),
            mails: self.is("mails"),
            reminders: self.is("reminders"),
            extra: self.text("extra"),
            notify: self.each("notify[]")?,
            notify_groups: self.each("notify_groups[]")?,
            ends_when_decided: self.is("ends_when_decided"),
            earlier_shown: self.is("earlier_shown"),
            silence_limit_percent: self.number("silence_limit", "Limit for silence")?,
            controls: self.each("controls[]")?,
            skip_unchanged: self.is("skip_unchanged"),
        })
    }

    /// The reviews that a policy requires, if it does. The people and groups are still to be found by what was typed.
    pub fn required(self) -> Result<Option<Required>, Refusal> {
        if !self.is("review_required") {
            return Ok(None);
        }
        let reviewers = match self.one("review_by") {
            "selected" => Reviewers::Selected { users: Vec::new(), groups: Vec::new() },
            "members" => Reviewers::Members,
            "managers" => Reviewers::Managers,
            "owners" => Reviewers::Owners,
            _ => return Err(not_an_entry("review_by")),
        };
        let selected = matches!(reviewers, Reviewers::Selected { .. });
        let asks_others = matches!(reviewers, Reviewers::Managers | Reviewers::Owners);
        // What is not shown says nothing.
        let named = |name: &str, shown: bool| if shown { self.text(name) } else { String::new() };
        let (users, groups) = (named("review_users", selected), named("review_groups", selected));
        let fallback = named("review_fallback", asks_others);
        let asked = PolicyReviews {
            starts_at: self.instant("review_starts", "Starting on")?,
            frequency: self.chosen("review_frequency", Frequency::from_key)?,
            days: self.number("review_days", "Duration (in days)")?,
            reviewers,
            fallback: Vec::new(),
            silence: self.chosen("review_silence", Silence::from_key)?,
            recommendations: self.is("review_recommendations"),
            reason_on_approval: self.is("review_reason"),
        };
        Ok(Some(Required { asked, users, groups, fallback }))
    }

    /// Who is asked in the stages of an instance that runs, where the form says it.
    pub fn running_stages(self) -> Result<Vec<EditStage>, Refusal> {
        let mut all = Vec::new();
        for (stage, number) in (0..u32::try_from(REVIEW_STAGES_MAX).unwrap_or_default()).enumerate() {
            let field = |name: &str| stage_field(number, name);
            if self.is(&field("there")) {
                let (users, groups) = (self.each(&field("users]["))?, self.each(&field("groups]["))?);
                all.push(EditStage { stage, users, groups, fallback: self.each(&field("fallback]["))? });
            }
        }
        Ok(all)
    }

    pub fn silence(self) -> Result<Silence, Refusal> {
        self.chosen("silence", Silence::from_key)
    }

    /// A review that runs once has no end of its own: the fields about it are not shown then, and say nothing.
    fn series_end(self, frequency: Frequency) -> Result<SeriesEnd, Refusal> {
        match self.one("series_end") {
            _ if frequency == Frequency::Once => Ok(SeriesEnd::Never),
            "never" => Ok(SeriesEnd::Never),
            "on" => Ok(SeriesEnd::On { at: self.instant("series_end_on", "End date")? }),
            "after" => Ok(SeriesEnd::After { count: self.number("series_end_after", "Number of times")? }),
            _ => Err(not_an_entry("series_end")),
        }
    }

    /// The numbers of the stages, in order.
    fn numbers(self) -> Vec<u32> {
        let number = |(name, _): &(String, String)| name.strip_prefix("stages[s")?.split(']').next()?.parse().ok();
        let mut numbers: Vec<u32> = self.0.iter().filter_map(number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    fn stages(self) -> Result<Vec<ReviewStage>, Refusal> {
        self.numbers().into_iter().map(|number| self.stage(number)).collect()
    }

    /// Rules count stages from the first one on: `stages[1][days]`. The form has numbers with gaps.
    pub fn placed(self, mut refused: Refused) -> Refused {
        let placed = |field: &str| {
            let (place, name) = field.strip_prefix("stages[")?.split_once("][")?;
            let number = *self.numbers().get(place.parse::<usize>().ok()?)?;
            Some(stage_field(number, name.strip_suffix(']')?))
        };
        if let Some(field) = refused.field.as_deref().and_then(placed) {
            refused.field = Some(field);
        }
        refused
    }

    fn stage(self, number: u32) -> Result<ReviewStage, Refusal> {
        let field = |name: &str| stage_field(number, name);
        let reviewers = match self.one(&field("reviewers")) {
            "selected" => Reviewers::Selected { users: self.each(&field("users]["))?, groups: self.each(&field("groups]["))? },
            "members" => Reviewers::Members,
            "managers" => Reviewers::Managers,
            "owners" => Reviewers::Owners,
            _ => return Err(not_an_entry(&field("reviewers"))),
        };
        let asks_others = matches!(reviewers, Reviewers::Managers | Reviewers::Owners);
        let fallback = if asks_others { self.each(&field("fallback]["))? } else { Vec::new() };
        Ok(ReviewStage { reviewers, fallback, days: self.number(&field("days"), "Duration (in days)")? })
    }
}

/// Reviews that a policy shall require, with the people and groups as they were typed, one a line.
pub struct Required {
    pub asked: PolicyReviews,
    pub users: String,
    pub groups: String,
    pub fallback: String,
}

/// `stages[s0][days]`; a field of which there are several is named with `][` behind it: `stages[s0][users][]`.
pub fn stage_field(number: u32, name: &str) -> String {
    ["stages[s", &number.to_string(), "][", name, "]"].concat()
}

fn malformed(field: &str, message: &str) -> Refusal {
    Refusal::Malformed { field: field.to_owned(), message: message.to_owned() }
}

fn not_an_entry(field: &str) -> Refusal {
    malformed(field, "Choose an entry from the list; what was sent is not one of them.")
}

/// The button that shows what a form would do. It is kept among the fields, so that the page that is made again shows it.
pub const PREVIEW: &str = "preview";

/// Adds or takes away a stage among the typed fields; where the page goes on.
#[cfg(feature = "ssr")]
pub fn rework(fields: &mut Vec<(String, String)>, act: &str) -> String {
    if act == PREVIEW {
        return act.to_owned();
    }
    let next = Fields(fields).numbers().last().map_or(0, |last| last.saturating_add(1));
    fields.retain(|(name, _)| name != "act");
    if let Some(number) = act.strip_prefix("remove_stage_") {
        let beginning = ["stages[s", number, "]"].concat();
        fields.retain(|(name, _)| !name.starts_with(&beginning));
        return "stages".to_owned();
    }
    fields.push((stage_field(next, "reviewers"), "selected".to_owned()));
    fields.push((stage_field(next, "days"), "14".to_owned()));
    ["stage-", &next.to_string()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{AnyId, UserId};

    fn typed(fields: &[(&str, &str)]) -> Vec<(String, String)> {
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn whole() -> Vec<(String, String)> {
        typed(&[
            ("of[]", "group:00000000-0000-0000-0000-000000000007"),
            ("name", " Operators, quarterly "),
            ("scope", "everyone"),
            ("types", "both"),
            ("starts", "2026-11-24T10:30"),
            ("starts_zone", "60"),
            ("frequency", "quarterly"),
            ("series_end", "after"),
            ("series_end_after", "4"),
            ("stages[s0][reviewers]", "managers"),
            ("stages[s0][fallback][]", "00000000-0000-0000-0000-000000000001"),
            ("stages[s0][users][]", "00000000-0000-0000-0000-000000000002"),
            ("stages[s0][days]", "14"),
            ("stages[s10][reviewers]", "selected"),
            ("stages[s10][users][]", "00000000-0000-0000-0000-000000000003"),
            ("stages[s10][days]", "7"),
            ("carried[]", "not_reviewed"),
            ("carried[]", "dont_know"),
            ("silence", "no_change"),
            ("silence_limit", "50"),
            ("look_back", "30"),
            ("mails", "true"),
        ])
    }

    fn with(name: &str, value: &str) -> Vec<(String, String)> {
        let mut fields = whole();
        fields.retain(|(field, _)| field != name);
        fields.push((name.to_owned(), value.to_owned()));
        fields
    }

    fn refused(fields: &[(String, String)]) -> Option<String> {
        Fields(fields).settings().err().and_then(|refusal| refusal.field().map(str::to_owned))
    }

    #[test]
    fn what_cannot_be_read_is_refused_at_its_field() {
        for (name, wrong) in [
            ("scope", "nobody"),
            ("types", ""),
            ("frequency", "hourly"),
            ("silence", "perhaps"),
            ("starts", ""),
            ("starts", "tomorrow"),
            ("series_end", "later"),
            ("series_end_after", "-1"),
            ("carried[]", "some"),
            ("look_back", "a month"),
            ("silence_limit", "50 %"),
            ("stages[s0][reviewers]", "strangers"),
            ("stages[s0][fallback][]", "Alex"),
            ("stages[s10][days]", ""),
            ("notify[]", "7"),
        ] {
            assert_eq!(refused(&with(name, wrong)).as_deref(), Some(name), "{wrong}");
        }
    }

    #[test]
    fn everything_is_read_and_fields_that_are_not_shown_say_nothing() {
        let settings = Fields(&whole()).settings().unwrap();
        assert_eq!(settings.name, "Operators, quarterly");
        assert_eq!(settings.starts_at, Ts::parse("2026-11-24T09:30:00Z").unwrap());
        assert_eq!(settings.series_end, SeriesEnd::After { count: 4 });
        assert_eq!(settings.carried.len(), 2);
        assert!(settings.mails && !settings.reminders);
        let id = |n| UserId(AnyId::from_u128(n));
        let [first, second] = settings.stages.as_slice() else { panic!("two stages") };
        assert_eq!((&first.reviewers, &first.fallback), (&Reviewers::Managers, &vec![id(1)]));
        let selected = Reviewers::Selected { users: vec![id(3)], groups: Vec::new() };
        assert_eq!((&second.reviewers, second.days, second.fallback.len()), (&selected, 7, 0));
        let once = Fields(&with("frequency", "once")).settings().unwrap();
        assert_eq!(once.series_end, SeriesEnd::Never);
        assert_eq!(Fields(&whole()).reviewed().unwrap().len(), 1);
    }

    #[test]
    fn what_a_rule_says_about_a_stage_is_said_at_its_fields() {
        let fields = whole();
        let placed = |field: &str| {
            let refused = Refusal::Required { field: field.to_owned(), label: String::new() };
            Fields(&fields).placed(refused.into()).field.unwrap()
        };
        assert_eq!(placed("stages[1][users]"), "stages[s10][users]");
        for other in ["name", "stages", "stages[2][users]", "stages[x][users]"] {
            assert_eq!(placed(other), other);
        }
    }

    #[test]
    fn a_start_that_was_not_touched_keeps_its_seconds() {
        let exact = Ts::parse("2026-11-24T09:30:41Z").unwrap();
        let mut fields = whole();
        fields.push(("seen_starts".to_owned(), exact.0.to_string()));
        assert_eq!(Fields(&fields).settings().unwrap().starts_at, exact);
    }

    #[cfg(feature = "ssr")]
    #[test]
    fn a_stage_that_is_added_comes_last_and_one_that_is_taken_out_takes_only_itself() {
        let mut fields = whole();
        fields.push(("act".to_owned(), "add_stage".to_owned()));
        assert_eq!(rework(&mut fields, "add_stage"), "stage-11");
        assert_eq!(Fields(&fields).settings().unwrap().stages.len(), 3);
        rework(&mut fields, "remove_stage_1");
        assert_eq!(Fields(&fields).settings().unwrap().stages.len(), 3, "s1 is not s10");
        rework(&mut fields, "remove_stage_10");
        assert_eq!(Fields(&fields).settings().unwrap().stages.len(), 2);
    }
}
