//! One row of an access review and its decision, the form for several rows, and the dialog that asks for a reason.

use crate::calls::review::{DecideRow, DecideRows, HAND_ON, HandOnRows, deciding_path};
use crate::parts::form::use_form;
use crate::parts::prelude::*;
use crate::parts::reviewed::{EndsCell, RecommendationCell, SourceCell, UseCell, Verdict, WhoCell};
use leptos::prelude::*;
use model::ReviewId;
use model::query;
use model::review::Decision;
use model::view::Choice;
use model::view::review::Row;

/// What the page shows, so that a decision leads back to it.
#[derive(Clone)]
pub struct Shows {
    pub review: ReviewId,
    /// The reviewer decides about themselves.
    pub own: bool,
    pub open: bool,
    /// Whether approving, and denying, needs a reason.
    pub reasons: (bool, bool),
    pub recommendations: bool,
    /// Some rows can be handed to somebody else.
    pub hands_on: bool,
    pub filter: String,
    pub search: String,
    pub after: String,
}

impl Shows {
    fn needs_reason(&self, decision: Decision) -> bool {
        match decision {
            Decision::Approve => self.reasons.0,
            Decision::Deny => self.reasons.1,
            Decision::DontKnow | Decision::NotReviewed => false,
        }
    }

    /// The page as it is; with a dialog about one row and one decision when `decide` names them.
    fn address(&self, decide: &str) -> String {
        let query = [("decision", &*self.filter), ("search", &*self.search), ("after", &*self.after), ("decide", decide)];
        address(&deciding_path(self.review), &query)
    }

    fn fields(&self) -> AnyView {
        view! {
            <Hidden name="review" value=self.review.to_string()/>
            {self.own.then(|| view! { <Hidden name="own" value="true"/> })}
            <Hidden name="filter" value=self.filter.clone()/>
            <Hidden name="search" value=self.search.clone()/>
            <Hidden name="after" value=self.after.clone()/>
        }
        .into_any()
    }
}

/// The words of decisions.
pub mod words {
    use model::review::Decision;

    /// On the button.
    pub fn button(decision: Decision, own: bool) -> &'static str {
        match (decision, own) {
            (Decision::Approve, false) => "Approve",
            (Decision::Approve, true) => "I still need it",
            (Decision::Deny, false) => "Deny",
            (Decision::Deny, true) => "I no longer need it",
            (Decision::DontKnow, _) => "Don’t know",
            (Decision::NotReviewed, _) => "Take back",
        }
    }

    /// How the address names a row and a decision.
    pub fn ask(row: &str, decision: Decision) -> String {
        [row, ".", decision.key()].concat()
    }

    pub fn asked(text: &str) -> Option<(String, Decision)> {
        let (row, decision) = text.split_once('.')?;
        Some((row.to_owned(), Decision::from_key(decision)?))
    }
}

/// What one can say about a row, in the order of the buttons.
const CHOICES: [Decision; 3] = [Decision::Approve, Decision::Deny, Decision::DontKnow];

#[component]
pub fn ReviewLine(row: Row, selection: Option<Selection>, shows: Shows) -> impl IntoView {
    let pick =
        selection.map(|selection| view! { <SelectRow selection value=row.row.to_string() of=row.name.clone()/> }.into_any());
    let recommendation = shows.recommendations.then(|| view! { <RecommendationCell row=row.clone()/> });
    let id = row.row.to_string();
    view! {
        <tr data-row=id>
            <WhoCell row=row.clone() pick/>
            <UseCell row=row.clone()/>
            <SourceCell row=row.clone()/>
            <EndsCell row=row.clone()/>
            {recommendation}
            <td class="decide" data-label="Decision"><Decide row=row.clone() shows=shows.clone()/><HandedOn row shows/></td>
        </tr>
    }
    .into_any()
}

/// The decision of a row: its buttons, or what was decided and the way to change it.
#[component]
fn Decide(row: Row, shows: Shows) -> impl IntoView {
    let verdict = (row.decision != Decision::NotReviewed || !shows.open)
        .then(|| view! { <Verdict decision=row.decision decided=row.decided.clone()/> });
    if !shows.open {
        return verdict.into_any();
    }
    // What came from an earlier stage is shown, and still to be decided in this one.
    if row.open || row.decision == Decision::NotReviewed {
        return view! { {verdict}<Buttons row shows/> }.into_any();
    }
    let name = row.name.clone();
    view! {
        {verdict}
        <details class="change">
            <summary class="button small bare">"Change"<span class="sr">" the decision about "{name}</span></summary>
            <Buttons row shows/>
        </details>
    }
    .into_any()
}

/// To whom it was handed, and the way to take it back.
#[component]
fn HandedOn(row: Row, shows: Shows) -> impl IntoView {
    let Row { row: id, name, handed, may_take_back, .. } = row;
    if handed.is_empty() {
        return ().into_any();
    }
    let back = may_take_back.then(|| {
        let id = id.to_string();
        view! {
            <PostForm call=HandOnRows::PATH class="group" about=("rows[]", id)>
                {shows.fields()}
                <SubmitButton label="End that" kind="small bare" of=["for ", &name].concat()/>
            </PostForm>
        }
    });
    view! { <div class="handed"><span class="under">{handed}</span>{back}</div> }.into_any()
}

#[component]
fn Buttons(row: Row, shows: Shows) -> impl IntoView {
    let Row { row: id, name, decision: now, open, .. } = row;
    let id = id.to_string();
    let button = |decision: Decision| {
        let (label, kind) = (words::button(decision, shows.own), kind(decision));
        let of = if shows.own { String::new() } else { name.clone() };
        if shows.needs_reason(decision) {
            let href = shows.address(&words::ask(&id, decision));
            let class = ["button ", kind].concat();
            let of = (!of.is_empty()).then(|| view! { <span class="sr">" "{of}</span> });
            return view! { <a class=class href=href data-decision=decision.key()>{label}{of}</a> }.into_any();
        }
        view! { <SubmitButton label kind name="decision" value=decision.key() of/> }.into_any()
    };
    // To say the same again changes nothing, unless it was said in an earlier stage.
    let choices = CHOICES.into_iter().filter(|decision| open || *decision != now);
    let buttons = choices.chain((!open).then_some(Decision::NotReviewed)).map(button).collect_view();
    view! {
        <PostForm call=DecideRow::PATH class="group" about=("row", id)>
            {shows.fields()}
            {buttons}
        </PostForm>
    }
    .into_any()
}

fn kind(decision: Decision) -> &'static str {
    match decision {
        Decision::Approve => "small",
        Decision::Deny => "small danger",
        Decision::DontKnow | Decision::NotReviewed => "small bare",
    }
}

/// Asks for the reason of a decision that needs one.
#[component]
pub fn ReasonDialog(row: Row, decision: Decision, shows: Shows) -> impl IntoView {
    let (id, name) = (row.row.to_string(), row.name);
    let button = words::button(decision, shows.own);
    let (title, label) = if shows.own {
        ([button, "?"].concat(), button.to_owned())
    } else {
        ([button, " ", &name, "?"].concat(), [button, " ", &name].concat())
    };
    let text = match decision {
        Decision::Approve => "The reason stays with the review. Say why it is still needed.",
        Decision::Deny | Decision::DontKnow | Decision::NotReviewed => {
            "The reason stays with the review. Nothing is taken away before it ends."
        }
    };
    let kind = if decision == Decision::Deny { "danger main-act" } else { "main-act" };
    let about = Some(("of", words::ask(&id, decision)));
    let optional = !shows.needs_reason(decision);
    view! {
        <DialogForm id="with-reason" title call=DecideRow::PATH about text label kind back=shows.address("")>
            {shows.fields()}
            <Hidden name="row" value=id/>
            <Hidden name="decision" value=decision.key()/>
            <TextArea name="reason" label="Reason" rows=3 optional/>
        </DialogForm>
    }
    .into_any()
}

/// One decision for all selected rows.
#[component]
pub fn Together(
    selection: Selection,
    shows: Shows,
    /// Who may be asked instead.
    #[prop(optional)]
    people: Vec<Choice>,
) -> impl IntoView {
    let optional = !(shows.reasons.0 || shows.reasons.1);
    let button = |decision: Decision| {
        let (label, kind) = match decision {
            Decision::Approve => ("Approve", "main-act"),
            Decision::Deny => ("Deny", "danger"),
            Decision::DontKnow | Decision::NotReviewed => ("Don’t know", ""),
        };
        view! { <SubmitButton label kind name="decision" value=decision.key()/> }
    };
    let buttons = CHOICES.into_iter().rev().map(button).collect_view();
    let hands_on = shows.hands_on;
    view! {
        <div class="bulk" role="group" aria-label="Decide the selected people">
            <PostForm call=DecideRows::PATH class="bulk-form">
                {shows.fields()}
                <Selected selection/>
                <TextArea name="reason" label="Reason" rows=1 optional/>
                <CheckBox
                    name="confirmed"
                    label="I looked at each of them"
                    hint="Needed for privileged access, and to approve against a recommendation."
                />
                <span class="group">{buttons}</span>
                {hands_on.then(|| view! { <HandOn people/> })}
            </PostForm>
        </div>
    }
    .into_any()
}

/// The same where rows can be handed to somebody else: whom to ask is looked up first, because a form knows only the fields
/// that are made in it.
#[component]
pub fn TogetherOrHandedOn(selection: Selection, shows: Shows) -> impl IntoView {
    let person = query_value("person");
    let people = page_resource(move || Ok(query::Delegates { search: person.get() }));
    let view = move |people: Vec<Choice>| view! { <Together selection shows=shows.clone() people/> }.into_any();
    view! { <Loaded of=people view/> }.into_any()
}

/// Asks somebody else to decide the selected rows, with the same reason.
#[component]
fn HandOn(people: Vec<Choice>) -> impl IntoView {
    let was_tried = use_form().typed("decision").is_some_and(|tried| tried == HAND_ON);
    view! {
        <details class="hand-on" open=was_tried>
            <summary class="button small bare">"Ask somebody else"</summary>
            <PersonPicker
                name="to"
                label="Who decides instead"
                hint="They see the selected rows and no others, and get a letter with your reason. You may still decide."
                people
                among=Among::Delegates
                optional=true
            />
            <SubmitButton label="Hand on" name="decision" value=HAND_ON/>
        </details>
    }
    .into_any()
}
