//! The browser's entry to one area: takes over the page that the server made. Empty everywhere but in the browser.

fn main() {
    #[cfg(target_arch = "wasm32")]
    {
        console_error_panic_hook::set_once();
        leptos::mount::hydrate_body(app::Administration);
    }
}
