"""First contact with the portal: what is asked, what each answer says of the facts this program is built on."""
