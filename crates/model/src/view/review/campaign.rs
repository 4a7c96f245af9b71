//! Reviews that one form made of several things: in the list they are one entry, which has a page of its own.

use super::ReviewListed;
use crate::review::Counts;
use crate::view::{Badge, Paging, Persona};
use crate::{CampaignId, Ts};
use serde::{Deserialize, Serialize};

/// The campaign to which a review belongs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InCampaign {
    pub campaign: CampaignId,
    pub name: String,
}

/// `/admin/reviews`: reviews that were made alone, and campaigns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AllReviews {
    pub rows: Vec<Listed>,
    pub paging: Paging,
    pub may_create: bool,
}

/// An entry of the list of reviews.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Listed {
    Review(Box<ReviewListed>),
    Campaign(Box<CampaignListed>),
}

/// A campaign with how far its reviews are together: those that the reader sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignListed {
    pub campaign: CampaignId,
    pub name: String,
    pub reviews: u64,
    /// What is reviewed, the first few by name, and how many others.
    pub things: Vec<String>,
    pub other_things: u64,
    /// `Monthly`, or that they differ.
    pub frequency: String,
    /// In which states its reviews are, and how many in each.
    pub states: Vec<(Badge, u64)>,
    /// When the first of those that run is due.
    pub due_at: Option<Ts>,
    /// When the next one starts.
    pub next_at: Option<Ts>,
    /// Nothing while none has started.
    pub counts: Option<Counts>,
    pub owner: String,
}

/// One campaign with its reviews.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Campaign {
    pub whole: CampaignListed,
    pub owner: Persona,
    pub created_at: Ts,
    pub rows: Vec<ReviewListed>,
    pub paging: Paging,
}
