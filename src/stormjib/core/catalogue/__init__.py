"""What the site protects and who owns it: services with their checks, teams and people; read, checked as a whole, and found."""
