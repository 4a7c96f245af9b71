//! Asking back: what was asked and answered, the approver's forms, and the requestor's.

use super::approval::Said;
use crate::calls::ask_back::{AnswerBack, AskBack, QUESTION, SHORTER_TIME};
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::package::Lasts;
use model::view::ask_back::{AskedBack, Form, Proposed, Shortening};

/// What was asked back, and what was said to it; `children` are the form of who answers.
#[component]
pub fn AskedBackCard(asked: AskedBack, #[prop(optional)] children: Option<Children>) -> impl IntoView {
    let AskedBack { by, at, words, proposed, badge, standing, answer } = asked;
    let title = if proposed.is_some() { "Shorter time" } else { "Question" };
    let proposed = proposed.map(|Proposed { asked, shorter }| {
        view! {
            <dl class="facts">
                <dt>"Asked for"</dt><dd><Sentence text=asked/></dd>
                <dt>"Proposed"</dt><dd><Sentence text=shorter/></dd>
            </dl>
        }
    });
    let answer = answer.map(|answer| view! { <Said by=answer.by at=answer.at words=answer.words/> });
    let standing = (!standing.is_empty()).then(|| view! { <p class="hint"><Sentence text=standing/></p> });
    view! {
        <section class="card" aria-labelledby="asked-back-h">
            <header><h2 id="asked-back-h">{title}</h2><StateBadge badge/></header>
            <div class="body stack">
                <Said by at words/>
                {proposed}
                {answer}
                {standing}
                {children.map(|children| children())}
            </div>
        </section>
    }
    .into_any()
}

/// The requestor's form.
#[component]
pub fn AnswerForm(request: String, asker: String, proposal: bool) -> impl IntoView {
    let hint = [asker.as_str(), " and the other approvers read it. It stays in the timeline."].concat();
    let (label, acts) = if proposal {
        let acts = view! {
            <SubmitButton label="Accept shorter time" icon="check" name="reply" value="accept"/>
            <SubmitButton label="Keep what I asked for" kind="" name="reply" value="keep"/>
        };
        ("Your words", acts.into_any())
    } else {
        ("Your answer", view! { <SubmitButton label="Send answer" icon="send" name="reply" value="words"/> }.into_any())
    };
    view! {
        <PostForm call=AnswerBack::PATH>
            <Hidden name="request" value=request/>
            <TextArea name="words" label hint optional=proposal/>
            <div class="form-acts">{acts}</div>
        </PostForm>
    }
    .into_any()
}

/// The approver's two buttons, each with its dialog.
#[component]
pub fn AskBackForms(request: String, stage: usize, requestor: String, form: Form) -> impl IntoView {
    let Form { shortening, pause } = form;
    let hint =
        ["Once for this request. The time to decide stands still until ", &requestor, " answers, for ", &pause, " at most."]
            .concat();
    let (of_question, of_time) = (request.clone(), request);
    let stands_still = ["The time to decide stands still until there is an answer, for ", &pause, " at most."].concat();
    let unchanged = [
        requestor.as_str(),
        " asks for: ",
        &shortening.asked,
        ". It stays that way unless ",
        &requestor,
        " accepts. ",
        &stands_still,
    ]
    .concat();
    view! {
        <section class="stack" aria-labelledby="ask-back-h">
            <h2 id="ask-back-h">"Ask back"</h2>
            <p class="hint">{hint}</p>
            <div class="group">
                <DialogButton id="ask-question">"Ask a question"</DialogButton>
                <DialogButton id="propose-time">"Propose a shorter time"</DialogButton>
            </div>
        </section>
        <DialogForm
            id="ask-question"
            title=["Ask ", &requestor, " a question"].concat()
            call=AskBack::PATH
            about=("kind", QUESTION.to_owned())
            text=stands_still
            label="Send question"
            kind="main-act"
        >
            <Hidden name="request" value=of_question/>
            <Hidden name="stage" value=stage.to_string()/>
            <TextArea name="words" label="Question" hint="It stays in the timeline."/>
        </DialogForm>
        <DialogForm
            id="propose-time"
            title=["Propose a shorter time to ", &requestor].concat()
            call=AskBack::PATH
            about=("kind", SHORTER_TIME.to_owned())
            text=unchanged
            label="Send proposal"
            kind="main-act"
        >
            <Hidden name="request" value=of_time/>
            <Hidden name="stage" value=stage.to_string()/>
            <TimeFields shortening/>
            <TextArea name="words" label="Why a shorter time" hint="It stays in the timeline." rows=2/>
        </DialogForm>
    }
    .into_any()
}

/// A length with its unit, an end, or both to choose from.
#[component]
fn TimeFields(shortening: Shortening) -> impl IntoView {
    let Shortening { asked: _, length, end, lasts } = shortening;
    let either = length && end;
    let unit = match lasts {
        Lasts::For { minutes } => number_and_unit(minutes).1,
        Lasts::Until { .. } | Lasts::Forever => "days".to_owned(),
    };
    let hint = if either { "A length, or an end below." } else { "" };
    let length = length.then(|| {
        view! {
            <div class="row-of-fields">
                <TextField name="length" label="Shorter time" hint kind="number" extra=either/>
                <Pick name="unit" label="Unit" value=unit options=span_units()/>
            </div>
        }
    });
    let label = if either { "Or until" } else { "Earlier end" };
    let end = end.then(|| view! { <InstantField name="end" label optional=either/> });
    view! { {length}{end} }.into_any()
}
