//! The closed lists of words with which access reviews are set and spoken of.

use serde::{Deserialize, Serialize};

/// A closed list of words: the key in forms and columns, and the name on pages.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident $key:literal $words:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$variant_doc])* $variant),+ }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word in forms and columns.
            pub fn key(self) -> &'static str {
                match self { $(Self::$variant => $key),+ }
            }

            pub fn from_key(key: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.key() == key)
            }

            /// The name on pages.
            pub fn words(self) -> &'static str {
                match self { $(Self::$variant => $words),+ }
            }
        }
    };
}

words! {
    /// Kinds of things that are reviewed.
    ReviewedKind {
        DirectoryRole "directory_role" "Directory role",
        Group "group" "Group",
        Application "application" "Application",
        Package "package" "Access package",
    }
}

words! {
    /// Whose access is reviewed.
    Scope {
        Everyone "everyone" "Everyone",
        Guests "guests" "Guest users only",
        /// Nobody else: only they can be reviewed with others who are no people.
        ServicePrincipals "service_principals" "Service principals",
    }
}

words! {
    /// Which assignments are reviewed. What somebody activated is none of its own: it rests on what they are eligible for.
    Types {
        Both "both" "All active and eligible assignments",
        Eligible "eligible" "Eligible assignments only",
        Active "active" "Active assignments only",
    }
}

words! {
    /// How often it recurs.
    Frequency {
        Once "once" "One time",
        Weekly "weekly" "Weekly",
        Monthly "monthly" "Monthly",
        Quarterly "quarterly" "Quarterly",
        SemiAnnually "semi_annually" "Semi-annually",
        Annually "annually" "Annually",
    }
}

words! {
    /// What becomes of rows that nobody decided.
    Silence {
        NoChange "no_change" "No change",
        Remove "remove" "Remove access",
        Approve "approve" "Approve access",
        Recommendation "recommendation" "Take recommendations",
    }
}

words! {
    /// What a reviewer says about a row, or that nobody said anything yet.
    Decision {
        NotReviewed "not_reviewed" "Not reviewed",
        Approve "approve" "Approved",
        Deny "deny" "Denied",
        DontKnow "dont_know" "Don’t know",
    }
}

impl Decision {
    pub fn tone(self) -> &'static str {
        match self {
            Self::NotReviewed => "plain",
            Self::Approve => "good",
            Self::Deny => "bad",
            Self::DontKnow => "warn",
        }
    }
}

words! {
    /// Why something is recommended, or why nothing is.
    Recommendation {
        SignedIn "signed_in" "Signed in lately",
        Idle "idle" "No sign-in lately",
        NeverSignedIn "never_signed_in" "Never signed in",
        Disabled "disabled" "The account is disabled",
        NoInformation "no_information" "Nothing is known about its use",
    }
}

impl Recommendation {
    /// What follows from it.
    pub fn decision(self) -> Option<Decision> {
        match self {
            Self::SignedIn => Some(Decision::Approve),
            Self::Idle | Self::NeverSignedIn | Self::Disabled => Some(Decision::Deny),
            Self::NoInformation => None,
        }
    }
}

words! {
    /// How a decision came about.
    How {
        Reviewer "reviewer" "by a reviewer",
        /// They accepted what was recommended.
        Accepted "accepted" "as recommended",
        /// Nobody decided.
        Silence "silence" "because nobody decided",
        /// Everything was set back.
        Reset "reset" "set back",
        /// Nothing was decided: a reviewer asked somebody else to.
        HandedOn "handed_on" "handed on",
        TakenBack "taken_back" "taken back",
        /// Nothing was decided: whoever was asked decides no more, and somebody else was asked.
        PassedOn "passed_on" "passed on",
    }
}

words! {
    /// What became of a row when the results were applied.
    Outcome {
        /// Nothing was done yet, or nothing had to be.
        New "new" "Not applied",
        Applied "applied" "Removed",
        AlreadyGone "already_gone" "Already gone",
        CannotApply "cannot_apply" "Cannot be applied",
        /// It is not known yet.
        Failed "failed" "Failed, tried again",
    }
}

words! {
    /// Why applying a row failed, though nothing speaks against it. The words follow "because".
    Failure {
        Changed "changed" "somebody changed the same at that very moment",
        Busy "busy" "others changed the same for too long",
        Fault "fault" "of an error of the server or its database, which is in the server’s log",
    }
}

words! {
    /// Where an instance stands, without the details.
    Phase {
        NotStarted "not_started" "Not started",
        Starting "starting" "Starting",
        InProgress "in_progress" "In progress",
        Completing "completing" "Completing",
        Completed "completed" "Completed",
        Applying "applying" "Applying",
        Applied "applied" "Applied",
        Skipped "skipped" "Skipped: nothing changed",
    }
}

impl Phase {
    pub fn tone(self) -> &'static str {
        match self {
            Self::NotStarted | Self::Skipped => "plain",
            Self::Starting | Self::InProgress | Self::Completing | Self::Applying => "work",
            Self::Completed => "warn",
            Self::Applied => "good",
        }
    }
}
