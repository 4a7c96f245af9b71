//! What surrounds every page.

use super::Call;
use crate::flash::Flash;
use leptos::prelude::*;
use model::view::frame::Frame;

/// The frame, and what the page before left to say.
#[server(prefix = "/api", endpoint = "read_frame")]
pub async fn read_frame() -> Call<(Frame, Option<Flash>)> {
    let caller = super::caller()?;
    let frame = frame_of(&caller).await;
    caller.0.forget_flash().await;
    super::answer_status(&frame);
    frame
}

/// The same, for a page that is being made: whoever has made it forgets what the page before left.
#[cfg(feature = "ssr")]
pub async fn frame_of(caller: &crate::door::Caller) -> Call<(Frame, Option<Flash>)> {
    use model::query::{self, Question};
    let answer = super::ask_as(caller, query::Frame {}.into()).await?;
    let mismatched = || super::CallError::Broken { reference: "mismatched-answer".to_owned() };
    let frame = query::Frame::view(answer).ok_or_else(mismatched)?;
    Ok((frame, caller.0.flash().await))
}

/// The frame for the page: on the server it was read before the page was begun.
#[cfg(feature = "hydrate")]
pub async fn frame() -> Option<Call<(Frame, Option<Flash>)>> {
    use leptos::server_fn::ServerFn;
    Some(super::wire::post(ReadFrame::PATH, super::wire::Body::Form(String::new())).await)
}

#[cfg(not(feature = "hydrate"))]
pub async fn frame() -> Option<Call<(Frame, Option<Flash>)>> {
    #[cfg(feature = "ssr")]
    {
        let frame = use_context::<super::asking::Prepared>()?.frame();
        if let Some(answer) = &frame {
            super::answer_status(answer);
        }
        frame
    }
    #[cfg(not(feature = "ssr"))]
    {
        None
    }
}
