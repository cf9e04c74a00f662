"""Reports: their page, the command, the mails that go out by themselves."""
