"""What an installation has beside Python: the workflow, its profiles and configurations, and the commit it is of."""
