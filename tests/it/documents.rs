//! Documents that load: their forms, their digest.
