"""What a hall's events teach: how long things take, who comes, who leaves, when windows are there."""
