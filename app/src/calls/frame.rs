//! What surrounds every page.

use super::Call;
use leptos::prelude::*;
use model::view::Choice;
use model::view::frame::Frame;

/// The frame, and what the page before left to say.
#[server(prefix = "/api", endpoint = "read_frame")]
pub async fn read_frame() -> Call<(Frame, Option<crate::flash::Flash>)> {
    let frame = super::ask(model::query::Frame {}).await?;
    let flash = match use_context::<crate::door::Caller>() {
        Some(caller) => caller.0.take_flash().await,
        None => None,
    };
    Ok((frame, flash))
}

/// People by name, for pickers.
#[server(prefix = "/api", endpoint = "search_people")]
pub async fn search_people(search: String) -> Call<Vec<Choice>> {
    super::ask(model::query::People { search }).await
}
