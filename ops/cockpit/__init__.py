"""The manager's cockpit: one look says whether the hall is well."""
